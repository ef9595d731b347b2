"""Invented settlements, health facilities and schools in real districts of Apurímac."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from juntos_campo.demo.data_names import toponym
from juntos_campo.register.territory import District, districts

ZONES: tuple[tuple[str, ...], ...] = (
    ("030701", "030702", "030708", "030714", "030705", "030711"),
    ("030601", "030608", "030604", "030606", "030609"),
    ("030501", "030504", "030506", "030505", "030503"),
    ("030301", "030303", "030304", "030306", "030307"),
    ("030401", "030403", "030406", "030404", "030415"),
    ("030202", "030208", "030207", "030204", "030209"),
    ("030101", "030103", "030106", "030107", "030108"),
)
"""One rural zone a field worker, neighbouring districts in the order in which they fill up."""

VRAEM_DISTRICTS = frozenset({"030202", "030207", "030208", "030604", "030606", "030609"})
"""Districts shown with the VRAEM flag in the demonstration; not the legal list."""

HOUSEHOLDS_A_SETTLEMENT = 26
HOUSEHOLDS_A_FACILITY = 95
"""Apurímac 2011: 37,906 households, 401 health facilities."""


@dataclass(frozen=True, slots=True)
class DemoFacility:
    code: str
    name: str
    category: str
    micro_network: str
    network: str


@dataclass(frozen=True, slots=True)
class DemoSchool:
    code: str
    name: str
    level: str


@dataclass(frozen=True, slots=True)
class DemoSettlement:
    """A settlement. `schools` by level; `weight` is its share of the zone's households."""

    name: str
    district: District
    altitude_m: int
    walk_minutes: int
    facility: DemoFacility
    schools: dict[str, DemoSchool]
    flags: tuple[str, ...]
    weight: float


def _altitude(rng: Random, district: District) -> int:
    base = district.altitude_m or 3400
    return min(4450, max(2050, base + round(rng.gauss(90, 210))))


class PlaceMaker:
    """Makes zones whose names and codes never repeat, however many are asked for.

    Attributes:
        zones_made: how many zones exist; after `ZONES` is used up, the next lap settles the same
            districts again, away from their capitals.
    """

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._names = {district.name for district in districts().values()}
        self._facilities_in: dict[str, int] = {}
        self._schools_made = 0
        self.zones_made = 0

    def zone(self, households: int) -> list[DemoSettlement]:
        """The settlements of the next zone, sized for that many households."""
        lap, index = divmod(self.zones_made, len(ZONES))
        self.zones_made += 1
        count = max(2, round(households / HOUSEHOLDS_A_SETTLEMENT))
        wanted = max(1, min(len(ZONES[index]), count // 5))
        zone = [districts()[code] for code in ZONES[index][:wanted]]
        facilities = self._facilities(zone, round(households / HOUSEHOLDS_A_FACILITY), lap == 0)
        secondary: dict[str, DemoSchool] = {}
        return [
            self._settlement(
                zone[number % len(zone)], facilities, secondary, lap == 0 and number < len(zone)
            )
            for number in range(count)
        ]

    def _facilities(
        self, zone: list[District], count: int, first_lap: bool
    ) -> dict[str, list[DemoFacility]]:
        """Facilities by ubigeo, the district's own first. Codes begin with 99: no real facility's."""
        found: dict[str, list[DemoFacility]] = {}
        for index in range(max(count, len(zone))):
            district = zone[index % len(zone)]
            here = found.setdefault(district.ubigeo, [])
            main = first_lap and not here
            category = ("I-3" if index == 0 else "I-2") if main else "I-1"
            serial = self._facilities_in.get(district.ubigeo, 0) + 1
            self._facilities_in[district.ubigeo] = serial
            name = district.name if main else toponym(self._rng, self._names)
            here.append(
                DemoFacility(
                    code=f"99{district.ubigeo[2:]}{serial:02d}",
                    name=f"{'C.S.' if category == 'I-3' else 'P.S.'} {name}",
                    category=category,
                    micro_network=zone[0].name,
                    network=district.province,
                )
            )
        return found

    def _schools(self, settlement: str, with_secondary: bool) -> dict[str, DemoSchool]:
        """Schools of a settlement by level; small ones have no secondary school of their own."""
        self._schools_made += 1
        number = 54_100 + self._schools_made
        levels = {
            "INICIAL": f"I.E.I. N.° {number % 10_000}",
            "PRIMARIA": f"I.E. N.° {number} {settlement}",
            "SECUNDARIA": f"I.E.S. {settlement}",
        }
        return {
            level: DemoSchool(f"99{self._schools_made:04d}{digit}", name, level)
            for digit, (level, name) in enumerate(levels.items(), 1)
            if with_secondary or level != "SECUNDARIA"
        }

    def _settlement(
        self,
        district: District,
        facilities: dict[str, list[DemoFacility]],
        secondary: dict[str, DemoSchool],
        capital: bool,
    ) -> DemoSettlement:
        rng = self._rng
        name = district.name if capital else toponym(rng, self._names)
        schools = self._schools(name, district.ubigeo not in secondary)
        secondary.setdefault(district.ubigeo, schools.get("SECUNDARIA", schools["PRIMARIA"]))
        schools.setdefault("SECUNDARIA", secondary[district.ubigeo])
        flags: tuple[str, ...] = ("VRAEM",) if district.ubigeo in VRAEM_DISTRICTS else ()
        if not capital and rng.random() < 0.55:
            flags += ("INDIGENA",)
        if rng.random() < 0.12:
            flags += ("CIAP",)
        here = facilities[district.ubigeo]
        return DemoSettlement(
            name=name,
            district=district,
            altitude_m=(capital and district.altitude_m) or _altitude(rng, district),
            walk_minutes=rng.choice((5, 10, 15))
            if capital
            else 5 * round(rng.triangular(4, 48, 14)),
            facility=here[0] if capital else rng.choice(here),
            schools=schools,
            flags=flags,
            weight=2.5 if capital else rng.uniform(0.5, 1.5),
        )
