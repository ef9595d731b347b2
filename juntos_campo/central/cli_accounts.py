"""`juntos-central unit | zone | enrol | accounts | block | erase-laptop | ...`: who works where."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from juntos_campo.central.absences import Absences
from juntos_campo.central.accounts import Accounts
from juntos_campo.central.callers import Account
from juntos_campo.central.cli_common import Data, Url, ready, told
from juntos_campo.central.lost_laptops import cancel_erasure, order_erasure
from juntos_campo.central.office_messages import AccountInfo, DeviceInfo
from juntos_campo.central.people import list_accounts
from juntos_campo.central.problems import PLACE_OF_ROLE
from juntos_campo.central.reassigning import homes_of
from juntos_campo.central.units import add_unit, require_unit
from juntos_campo.central.zones import add_zone, require_known_zone
from juntos_campo.domain.clock import LIMA, SystemClock
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.spanish import count, paper_date
from juntos_campo.domain.values import Role
from juntos_campo.terminal.asking import ask_new_password, confirm

ROLES = {
    "gestor": Role.FIELD_WORKER,
    "coordinador": Role.ZONE_COORDINATOR,
    "unidad": Role.TERRITORIAL_UNIT,
    "sede": Role.CENTRAL_OFFICE,
    "auditor": Role.AUDITOR,
}
"""Roles as the operator types them."""

_WORDS = {role.value: word for word, role in ROLES.items()}
_NEED_A_ZONE = ("gestor", "coordinador")
_NONE = "-"
_SHORT = 8
"""Characters of a computer's id by which an operator names it."""

Person = Annotated[str, typer.Option("--user", help="Usuario, por ejemplo r.ccori.")]


def unit_command(
    code: Annotated[
        str, typer.Argument(metavar="CÓDIGO", help="Código corto en mayúsculas: PUNO.")
    ],
    *,
    name: Annotated[str, typer.Option(help="Nombre: «Unidad Territorial Puno».")],
    data: Data = None,
    database: Url = None,
) -> None:
    """Crea una unidad territorial, o le cambia el nombre."""
    with told(), ready(data, database) as (store, _settings_used):
        new = add_unit(store, code, name, SystemClock())
    _say(f"Unidad territorial {code} {'creada' if new else 'actualizada'}.")


def zone_command(
    name: Annotated[str, typer.Argument(metavar="ZONA", help="Nombre de la zona de coordinación.")],
    *,
    unit: Annotated[str, typer.Option(help="Código de su unidad territorial.")],
    data: Data = None,
    database: Url = None,
) -> None:
    """Crea una zona de coordinación en una unidad territorial, o la pasa a otra."""
    with told(), ready(data, database) as (store, _settings_used):
        new = add_zone(store, name, unit, SystemClock())
    _say(f"Zona {name} {'creada' if new else 'actualizada'} en {unit}.")


def enrol_command(
    *,
    user: Person,
    name: Annotated[str, typer.Option(help="Nombres y apellidos.")],
    role: Annotated[str, typer.Option(help="gestor, coordinador, unidad, sede o auditor.")],
    zone: Annotated[
        str, typer.Option(help="Zona de coordinación; solo de gestores y coordinadores.")
    ] = "",
    unit: Annotated[
        str, typer.Option(help="Unidad territorial; sin ella, la de la zona, si tiene.")
    ] = "",
    password: Annotated[
        str | None,
        typer.Option(
            envvar="JUNTOS_CENTRAL_PASSWORD",
            help="Mejor sin ella: se pregunta y no queda a la vista de otros programas.",
        ),
    ] = None,
    data: Data = None,
    database: Url = None,
) -> None:
    """Inscribe a una persona, o le da una contraseña nueva."""
    if role not in ROLES:
        raise typer.BadParameter(f"escriba uno de: {', '.join(ROLES)}.", param_hint="'--role'")
    with told(), ready(data, database) as (store, settings):
        if role in _NEED_A_ZONE and not zone:
            rule = f"falta la zona de coordinación, que todo {role} tiene"
            raise user_error(PLACE_OF_ROLE, user=user, rule=rule)
        accounts = Accounts(store, settings, SystemClock())
        account = Account(user, name, ROLES[role], zone, unit)
        if accounts.account(user) is None:
            with store.reading() as connection:
                require_known_zone(connection, account)
        new = accounts.enrol(account, ask_new_password() if password is None else password)
    _say(f"Usuario {user} {'inscrito' if new else 'actualizado'}.")


def block_command(
    *,
    user: Annotated[str, typer.Option(help="Usuario a quien le robaron o perdió la computadora.")],
    data: Data = None,
    database: Url = None,
) -> None:
    """Bloquea las computadoras de una persona: ya no pueden enviar ni recibir."""
    with told(), ready(data, database) as (store, settings):
        number = Accounts(store, settings, SystemClock()).block_devices(user)
    _say(f"Computadoras bloqueadas de {user}: {number}.")


def erase_laptop_command(
    *,
    user: Annotated[str, typer.Option(help="Usuario a quien le robaron o perdió la computadora.")],
    device: Annotated[
        str,
        typer.Option(
            help="Comienzo del código de la computadora; si tiene una sola, no hace falta."
        ),
    ] = "",
    cancel: Annotated[
        bool, typer.Option("--cancel", help="Apareció: retira la orden, si todavía no se cumplió.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="No preguntar.")] = False,
    data: Data = None,
    database: Url = None,
) -> None:
    """Ordena borrar una computadora robada apenas se comunique. Lo que no había enviado se pierde."""
    with told(), ready(data, database) as (store, _settings_used):
        if cancel:
            done = cancel_erasure(store, SystemClock(), user, device)
            _say(f"Orden retirada: la computadora {done[:_SHORT]} de {user} no se borrará.")
            return
        if not yes:
            confirm(
                f"Se borrará la computadora de {user}, y con ella lo que todavía no envió. ¿Seguro?"
            )
        done = order_erasure(store, SystemClock(), user, device)
    _say(
        f"Borrado pedido: la computadora {done[:_SHORT]} de {user} se borrará apenas se comunique."
    )


def deactivate_command(*, user: Person, data: Data = None, database: Url = None) -> None:
    """Cierra el acceso de una persona que ya no trabaja en el programa. Lo que registró se queda."""
    with told(), ready(data, database) as (store, settings):
        changed = Accounts(store, settings, SystemClock()).set_active(user, active=False)
        with store.reading() as connection:
            homes = len(homes_of(connection, Absences.now(connection), user))
    _say(f"{user} {'ya no puede entrar' if changed else 'ya estaba sin acceso'}.")
    if homes:
        _say(
            f"Todavía tiene {count(homes, 'hogar', 'hogares')} a su cargo: páselos a otro gestor con "
            f"«juntos-central reassign --from {user} --to OTRO», o no llegarán a ninguna laptop."
        )


def activate_command(*, user: Person, data: Data = None, database: Url = None) -> None:
    """Devuelve el acceso a una persona, también si esperaba por contraseñas equivocadas."""
    with told(), ready(data, database) as (store, settings):
        Accounts(store, settings, SystemClock()).set_active(user, active=True)
    _say(f"{user} puede entrar con su contraseña.")


def accounts_command(
    *,
    unit: Annotated[str, typer.Option(help="Solo los de una unidad territorial.")] = "",
    data: Data = None,
    database: Url = None,
) -> None:
    """Muestra quiénes pueden usar el servidor, y cuándo se comunicaron sus computadoras."""
    table = Table("Usuario", "Nombre", "Función", "Unidad", "Zona", "Acceso", "Computadoras")
    number, after, more = 0, "", True
    with told(), ready(data, database) as (store, _settings_used):
        with store.reading() as connection:
            require_unit(connection, unit)
        while more:
            page = list_accounts(store, SystemClock().now(), after=after)
            for one in page.accounts:
                after = one.user
                if unit in ("", one.unit):
                    table.add_row(*map(escape, _row(one)))
                    number += 1
            more = page.more
    Console().print(table)
    _say(f"{count(number, 'persona', 'personas')}.")


def _row(one: AccountInfo) -> tuple[str, ...]:
    if not one.active:
        access = "cerrado"
    elif one.locked_until is not None:
        access = f"espera hasta {_at(one.locked_until)}"
    else:
        access = "abierto"
    return (
        one.user,
        one.full_name,
        _WORDS.get(one.role, one.role),
        one.unit or _NONE,
        one.zone or _NONE,
        access,
        "\n".join(map(_computer, one.devices)) or "ninguna",
    )


def _computer(one: DeviceInfo) -> str:
    state = " (bloqueada)" if one.blocked else ""
    if one.erased_at is not None:
        state = f" (avisó que se borró el {_at(one.erased_at)})"
    elif one.erase_ordered_at is not None:
        state = f" (borrado pedido el {_at(one.erase_ordered_at)})"
    return f"{one.device[:_SHORT]} {one.device_name}".rstrip() + f": {_contact(one.seen_at)}{state}"


def _contact(seen: datetime | None) -> str:
    return _at(seen) if seen else "nunca"


def _at(when: datetime) -> str:
    here = when.astimezone(LIMA)
    return f"{paper_date(here.date())} {here:%H:%M}"


def _say(text: str) -> None:
    Console().print(text, highlight=False, soft_wrap=True, markup=False)


def add_account_commands(app: typer.Typer) -> None:
    """Give the program these commands."""
    for name, command in (
        ("unit", unit_command),
        ("zone", zone_command),
        ("enrol", enrol_command),
        ("accounts", accounts_command),
        ("block", block_command),
        ("erase-laptop", erase_laptop_command),
        ("deactivate", deactivate_command),
        ("activate", activate_command),
    ):
        app.command(name)(command)
