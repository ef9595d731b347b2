"""The column layout of a register file (padrón): one row a person, the household repeated on each.

This is the documented layout; `README.md` of this package shows it to the office. Column names are
matched without case, accents and surrounding space. Dates are DD/MM/YYYY, YYYY-MM-DD or Excel dates.
"""

from __future__ import annotations

from dataclasses import dataclass

from juntos_campo.domain.spanish import MONTHS


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `allowed` lists the only values accepted (upper case); empty means free."""

    name: str
    meaning: str
    required: bool = False
    allowed: tuple[str, ...] = ()


REGISTER_COLUMNS: tuple[Column, ...] = (
    Column("codigo_hogar", "Código del hogar en el programa", required=True),
    Column("gestor", "Usuario del gestor local asignado", required=True),
    Column(
        "estado_hogar",
        "Situación del hogar",
        True,
        ("ABONADO", "SUSPENDIDO", "DESAFILIADO", "EN AFILIACION"),
    ),
    Column("fecha_afiliacion", "Fecha de afiliación"),
    Column("cse", "Clasificación socioeconómica", True, ("POBRE EXTREMO", "POBRE", "NO POBRE")),
    Column("cse_vence", "Fecha en que vence la CSE"),
    Column("ubigeo", "UBIGEO INEI del distrito, 6 dígitos", required=True),
    Column("centro_poblado", "Nombre del centro poblado", required=True),
    Column("altitud", "Altitud del centro poblado en metros"),
    Column("minutos_a_pie", "Minutos a pie del centro poblado al establecimiento de salud"),
    Column("direccion", "Dirección"),
    Column("referencia", "Referencia para llegar"),
    Column("telefono", "Teléfono: 9 dígitos"),
    Column("lengua", "Lengua que se habla en el hogar"),
    Column("marcas", "Marcas separadas por «;»: VRAEM, FRONTERA, CIAP, INDIGENA, CUNA MAS"),
    Column(
        "tipo_documento", "Documento de la persona", True, ("DNI", "CUI", "CNV", "SIN DOCUMENTO")
    ),
    Column("numero_documento", "Número de documento; el DNI con o sin dígito verificador"),
    Column("apellido_paterno", "Apellido paterno", required=True),
    Column("apellido_materno", "Apellido materno"),
    Column("nombres", "Nombres", required=True),
    Column("sexo", "Sexo", True, ("F", "M")),
    Column("fecha_nacimiento", "Fecha de nacimiento", required=True),
    Column(
        "parentesco",
        "Parentesco con el titular",
        True,
        ("TITULAR", "CONYUGE", "HIJO", "NIETO", "PADRE", "HERMANO", "OTRO"),
    ),
    Column("codigo_eess", "Código RENIPRESS del establecimiento, 8 dígitos"),
    Column("nombre_eess", "Nombre del establecimiento de salud"),
    Column("categoria_eess", "Categoría del establecimiento"),
    Column("microred", "Microrred de salud"),
    Column("red", "Red de salud"),
    Column("codigo_ie", "Código modular de la institución educativa, 7 dígitos"),
    Column("nombre_ie", "Nombre de la institución educativa"),
    Column("nivel_ie", "Nivel", False, ("INICIAL", "PRIMARIA", "SECUNDARIA")),
    Column("grado", "Grado que cursa"),
    Column("peso_nacer", "Peso al nacer en gramos"),
    Column("semanas_nacer", "Semanas de gestación al nacer"),
    Column("gestante", "¿Está gestando?", False, ("SI", "NO")),
    Column("fur", "Fecha de última regla de la gestante"),
    Column("fpp_ecografia", "Fecha probable de parto por ecografía"),
    Column("fin_gestacion", "Fecha en que terminó la última gestación de quien ya no gesta"),
    Column("resultado_gestacion", "Cómo terminó", False, ("NACIMIENTO", "PERDIDA")),
    Column("fecha_captacion", "Fecha de captación de la gestante"),
)

HISTORY_COLUMNS: tuple[Column, ...] = (
    Column("codigo_hogar", "Código del hogar en el programa", required=True),
    Column(
        "tipo_documento", "Documento de la persona", True, ("DNI", "CUI", "CNV", "SIN DOCUMENTO")
    ),
    Column("numero_documento", "Número de documento"),
    Column("nombres", "Nombres, para quien no tiene documento"),
    Column("fecha_nacimiento", "Fecha de nacimiento", required=True),
    Column("servicio", "Código del servicio: CRED, PENTA, HB, APN, ...", required=True),
    Column("numero", "Número de control o dosis"),
    Column("fecha", "Fecha de la atención", required=True),
    Column("valor", "Hemoglobina observada en g/dL"),
    Column("peso_kg", "Peso en el control"),
    Column("talla_cm", "Talla en el control"),
    Column("codigo_eess", "Código RENIPRESS del establecimiento"),
)
"""One row a service received, as the health system reports it."""

ATTENDANCE_MONTHS = tuple(range(3, 13))
"""The school year runs from March to December."""

SCHOOLING_COLUMNS: tuple[Column, ...] = (
    Column("tipo_documento", "Documento del estudiante", True, ("DNI", "CUI", "CNV")),
    Column("numero_documento", "Número de documento", required=True),
    Column("anio_escolar", "Año escolar, cuatro cifras", required=True),
    Column("codigo_ie", "Código modular de la institución educativa, 7 dígitos"),
    Column("nombre_ie", "Nombre de la institución educativa, si el padrón no la trae"),
    Column("nivel_ie", "Nivel", False, ("INICIAL", "PRIMARIA", "SECUNDARIA")),
    Column("grado", "Grado: 1 a 6, con o sin «°»; en inicial, la edad: 3, 4 o 5 AÑOS"),
    Column("fecha_matricula", "Fecha de matrícula; vacía si no está matriculado"),
    *(
        Column(f"asistencia_{month:02d}", f"Asistencia de {MONTHS[month - 1]}, en % (0 a 100)")
        for month in ATTENDANCE_MONTHS
    ),
    Column(
        "resultado",
        "Situación final del año",
        False,
        ("PROMOVIDO", "APROBADO", "PERMANECE", "DESAPROBADO", "RECUPERACION", "RETIRADO"),
    ),
    Column("tercio_superior", "¿Terminó en el tercio superior?", False, ("SI", "NO")),
)
"""One row a student and school year, as the school system (SIAGIE) reports it."""


def household_key(household_code: str) -> tuple[str, ...]:
    """Natural key for `derived_id("household", *key)`."""
    return (household_code.strip().upper(),)


def member_key(
    household_code: str, document_kind: str, number: str, given: str, birth: str
) -> tuple[str, ...]:
    """Natural key for `derived_id("member", *key)`.

    A person with a document is known by it, in whatever household; one without by household, given
    names (folded) and birth date (ISO).
    """
    if number:
        return (document_kind, number)
    return (household_code.strip().upper(), given, birth)
