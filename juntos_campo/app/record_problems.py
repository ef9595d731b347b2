"""What can go wrong with our own forms and their records. Codes ``RCD-...``."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

_TYPED_STAYS = "Todo lo escrito sigue guardado como borrador."

SUBJECT_NOT_HERE = Problem(
    "RCD-001",
    "{what} de este registro no está en esta computadora.",
    "Sincronice; si el hogar fue reasignado a otro gestor, pregunte a su coordinador.",
)
SUBJECT_WANTED = Problem(
    "RCD-002",
    "Falta decir de {what} es el registro.",
    "Vuelva a «Nuevo registro» y elija de la lista.",
)
RECORD_NOT_OPEN = Problem(
    "RCD-003",
    "Este registro ya no está abierto: se cerró o se descartó en otro lugar.",
    "Vuelva a «Registros» y ábralo desde ahí.",
    "Lo que ya decía «guardado» está guardado.",
)
RECORD_HAS_PROBLEMS = Problem(
    "RCD-004",
    "El registro no se puede cerrar todavía: hay {things} por completar o corregir.",
    "Vaya de uno en uno con F8.",
    _TYPED_STAYS,
)
RECORD_NOT_HERE = Problem(
    "RCD-005",
    "Ese registro no está en esta computadora, o fue eliminado.",
    "Sincronice y búsquelo otra vez en «Registros».",
)
NOT_YOUR_RECORD = Problem(
    "RCD-006",
    "Ese registro lo hizo {worker}: solo esa persona lo corrige o lo elimina.",
    "Si hay algo que agregar, haga un registro nuevo.",
)
RECORD_CONFIDENTIAL = Problem(
    "RCD-007",
    "Es un registro confidencial de {worker}: solo esa persona lo abre.",
    "Si necesita saber lo que dice, pregúntele directamente.",
)
CELL_FROM_REGISTER = Problem(
    "RCD-008",
    "Ese dato viene del padrón o se calcula, y no se escribe aquí.",
    "Si está mal, haga una solicitud de actualización del hogar.",
)
FORM_NOT_HERE = Problem(
    "RCD-009",
    "Este programa no tiene el formulario «{form}», versión {version}, con que se hizo el registro.",
    "Sincronice para recibirlo; el registro está completo y se verá entonces.",
)
FILE_TOO_BIG = Problem(
    "RCD-010",
    "«{name}» pesa {size} MB; se guardan archivos de hasta {most} MB.",
    "Tome la foto con menor resolución o adjunte una parte, y vuelva a intentarlo.",
)
FILE_KIND = Problem(
    "RCD-011",
    "«{name}» no es una foto ni un documento que se pueda guardar.",
    "Adjunte un archivo {kinds}.",
)
FILE_EMPTY = Problem(
    "RCD-012",
    "«{name}» está vacío.",
    "Vuelva a tomar la foto o copie el archivo otra vez, y adjúntelo de nuevo.",
)
NO_REASON = Problem(
    "RCD-013",
    "Falta el motivo por el que se elimina el registro.",
    "Elija uno de la lista.",
)
OTHER_DRAFT_OPEN = Problem(
    "RCD-014",
    "Hay otro registro igual sin cerrar, empezado en otro lugar.",
    "Vuelva a «Registros» y continúe el que está en borrador.",
    "Lo último que escribió aquí no se guardó.",
)
EFFECT_WITHOUT_HOUSEHOLD = Problem(
    "RCD-015",
    "El formulario «{form}» pide avisar a la oficina un cambio, pero no es de un hogar.",
    "Avise a la oficina: la hoja de ajustes del formulario debe decir «household» o «member» en "
    "«jc:subject».",
    _TYPED_STAYS,
)
READ_ONLY_ROLE = Problem(
    "RCD-016",
    "Los registros los hacen y corrigen los gestores; usted los lee.",
    "Si algo debe corregirse, dígaselo al gestor que hizo el registro.",
)
