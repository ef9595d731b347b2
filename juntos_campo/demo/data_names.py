"""Names for invented people and places. Every person is put together from lists by a seeded draw."""

from __future__ import annotations

from random import Random

QUECHUA_SURNAMES = (
    "Quispe", "Huamán", "Mamani", "Ccori", "Huillca", "Ccahuana", "Chipana", "Condori", "Anccasi",
    "Huallpa", "Tairo", "Puma", "Ccoyllo", "Sullca", "Ñahui", "Ccasani", "Llacsa", "Pumacayo",
    "Huaraca", "Ayquipa", "Contreras", "Ccopa", "Taipe", "Yupanqui", "Achahui", "Layme", "Umeres",
    "Ccente", "Huachaca", "Pacco", "Sihui", "Cusihuamán", "Chahuayo", "Llamocca", "Ticona", "Allcca",
)  # fmt: skip
SPANISH_SURNAMES = (
    "Rojas", "Villcas", "Palomino", "Barrientos", "Cárdenas", "Zúñiga", "Vargas", "Peralta", "Sánchez",
    "Valenzuela", "Carrión", "Gutiérrez", "Cruz", "Salas", "Pinto", "Benites", "Serrano", "Ochoa",
    "Espinoza", "Rivas", "Carbajal", "Tello", "Moreano", "Robles", "Aguilar", "Mendoza",
)  # fmt: skip
GIRLS = (
    "María", "Flor", "Luz", "Yeny", "Rosa", "Nayeli", "Sonia", "Milagros", "Yanet", "Elena", "Juana",
    "Nelly", "Killa", "Sami", "Urpi", "Lucero", "Daysi", "Maribel", "Fiorela", "Ruth", "Saida",
    "Rocío", "Brígida", "Dina", "Noemí", "Wayta", "Thalía", "Estefani", "Julia", "Nieves",
)  # fmt: skip
BOYS = (
    "Juan", "Yeison", "Luis", "Wilber", "José", "Percy", "Inti", "Rumi", "Edison", "Jhon", "Alex",
    "Abel", "Hernán", "Fredy", "Saúl", "Yordan", "Amaru", "Rolando", "Dennis", "Ángel", "Beto",
    "Rubén", "Eloy", "Kusi", "Nilton", "Óscar", "Julio", "Moisés", "Ronal", "Wayra",
)  # fmt: skip
OLD_WOMEN = (
    "Paulina", "Felícitas", "Gregoria", "Justina", "Exaltación", "Victoria", "Saturnina", "Leonarda",
    "Aurelia", "Martina", "Benedicta", "Teodora", "Dionisia", "Asunta", "Fortunata", "Lucía",
)  # fmt: skip
OLD_MEN = (
    "Mariano", "Eusebio", "Fortunato", "Santos", "Nicanor", "Isidro", "Crisóstomo", "Lorenzo",
    "Benito", "Melchor", "Policarpo", "Agustín", "Valentín", "Tiburcio", "Cirilo", "Damián",
)  # fmt: skip

_FIRST = (
    "Huancar", "Ccollpa", "Yana", "Puca", "Qori", "Huaylla", "Chaupi", "Hatun", "Rumi", "Sayhua",
    "Ccocha", "Anta", "Llaqta", "Ichu", "Totora", "Condor", "Inca", "Sora", "Ayri", "Pisco", "Wasi",
    "Mutu", "Lambra", "Patahu", "Ccoyo", "Chacca", "Kuntur", "Mara", "Huaccha", "Tika",
)  # fmt: skip
_SECOND = (
    "puquio", "pampa", "cocha", "pata", "marca", "huasi", "bamba", "orcco", "mayo", "cancha", "rumi",
    "huaycco", "cruz", "ccasa", "tambo", "moqo", "pucro", "raccay",
)  # fmt: skip
SAINTS = (
    "San Isidro", "Santa Rosa", "San Juan", "Virgen del Carmen", "San Martín", "Santiago", "Señor de Ánimas",
)  # fmt: skip
ADDRESSES = (
    "Sector {place} s/n", "Jr. Grau s/n", "Plaza de Armas s/n", "Barrio Alto s/n", "Barrio Bajo s/n",
    "Av. Apurímac s/n", "Comunidad {place}, anexo alto", "Comunidad {place}, anexo bajo",
)  # fmt: skip
REFERENCES = (
    "junto al reservorio", "dos casas arriba de la escuela", "pasando el puente", "casa de techo rojo",
    "frente a la capilla", "al lado del campo deportivo", "a media hora de la carretera",
    "cabaña en la parte alta", "detrás del local comunal", "junto al molino", "",
)  # fmt: skip


def surname(rng: Random) -> str:
    """Two thirds of the surnames of the zone are Quechua."""
    return rng.choice(QUECHUA_SURNAMES if rng.random() < 0.66 else SPANISH_SURNAMES)


def given_names(rng: Random, sex: str, age: int, taken: set[str]) -> str:
    """One or two given names; `taken` are those already in the household, added to here."""
    pool: tuple[str, ...] = GIRLS if sex == "F" else BOYS
    if age >= 50:
        pool = OLD_WOMEN if sex == "F" else OLD_MEN
    for _ in range(20):
        first = rng.choice(pool)
        if first not in taken:
            break
    second = rng.choice(pool) if rng.random() < 0.55 else ""
    name = f"{first} {second}" if second and second != first else first
    if name in taken:
        name = f"{first} {rng.choice([one for one in pool if f'{first} {one}' not in taken])}"
    taken.add(first)
    taken.add(name)
    return name


def toponym(rng: Random, taken: set[str]) -> str:
    """A Quechua place name put together from two roots, not yet in `taken`; it is added there."""
    name = ""
    for _ in range(30):
        name = rng.choice(_FIRST) + rng.choice(_SECOND)
        if rng.random() < 0.12:
            name = f"{rng.choice(SAINTS)} de {name}"
        if name not in taken:
            break
    number = 2
    base = name
    while name in taken:
        name = f"{base} {number}"
        number += 1
    taken.add(name)
    return name
