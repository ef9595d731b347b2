"""What the server tells people: refusals of operations and requests (Spanish)."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

NOT_OURS = "Lo que está en su computadora sigue guardado ahí."

WRONG_CREDENTIALS = Problem(
    "CEN-001",
    "El usuario o la contraseña no son correctos.",
    "Escríbalos otra vez; si los olvidó, pida una contraseña nueva a la oficina.",
    NOT_OURS,
)
LOCKED = Problem(
    "CEN-002",
    "Hubo demasiados intentos con una contraseña equivocada.",
    "Espere {seconds} segundos y pruebe otra vez.",
    NOT_OURS,
)
NOT_AUTHENTICATED = Problem(
    "CEN-003",
    "El servidor no reconoce esta computadora.",
    "Entre otra vez con su usuario y contraseña.",
    NOT_OURS,
)
DEVICE_OF_ANOTHER = Problem(
    "CEN-004",
    "Esta base de datos está inscrita a nombre de otra persona.",
    "Cada persona usa su propia base de datos; pida ayuda a la oficina.",
    NOT_OURS,
)
DEVICE_BLOCKED = Problem(
    "CEN-012",
    "La oficina bloqueó esta computadora.",
    "Si la recuperó, pida a la oficina que le ayude a empezar en ella otra vez.",
    NOT_OURS,
)
PROTOCOL_UNKNOWN = Problem(
    "CEN-005",
    "El programa y el servidor no hablan la misma versión (aquí {wanted}, allá {supported}).",
    "Actualice el programa y sincronice otra vez.",
    NOT_OURS,
)
MESSAGE_UNREADABLE = Problem(
    "CEN-006",
    "El servidor no entendió el mensaje: {detail}.",
    "Sincronice otra vez; si se repite, actualice el programa.",
    NOT_OURS,
)
MESSAGE_TOO_LARGE = Problem(
    "CEN-007",
    "El mensaje es demasiado grande para el servidor.",
    "Actualice el programa y sincronice otra vez.",
    NOT_OURS,
)
BUSY = Problem(
    "CEN-008",
    "El servidor no pudo terminar el pedido.",
    "Sincronice otra vez en unos minutos.",
    NOT_OURS,
)
NO_SUCH_ADDRESS = Problem(
    "CEN-009",
    "El servidor no tiene esa dirección.",
    "Revise la dirección del servidor en la configuración.",
    NOT_OURS,
)
DATABASE_COPIED = Problem(
    "CEN-010",
    "Esta base de datos es una copia o viene de un respaldo.",
    "Entre otra vez con su usuario y contraseña: se inscribirá como otra computadora.",
    NOT_OURS,
)

OUTSIDE_TERRITORY = Problem(
    "CEN-101",
    "El registro es de un hogar que no está asignado a usted.",
    "Si el hogar debe estar a su cargo, avise a su coordinador.",
    NOT_OURS,
)
OFFICE_OWNED = Problem(
    "CEN-102",
    "Los datos del padrón solo los cambia la oficina.",
    "Registre una solicitud de actualización.",
    NOT_OURS,
)
NOT_YOUR_ROLE = Problem(
    "CEN-103",
    "Su función no permite registrar esto.",
    "Avise a la oficina si debería poder hacerlo.",
    NOT_OURS,
)
NOT_FOR_YOUR_ROLE = Problem(
    "CEN-115",
    "Su función no permite hacer esto.",
    "Pídalo a quien corresponde, o avise a la oficina si debería poder hacerlo.",
    NOT_OURS,
)
NOT_FOR_LAPTOPS = Problem(
    "CEN-116",
    "Este programa es para gestores locales y coordinadores zonales; su usuario tiene otra función.",
    "Entre con el usuario de quien trabaja en esta computadora, o avise a la oficina.",
    NOT_OURS,
)
DEVICE_TOO_OFTEN = Problem(
    "CEN-117",
    "Esta computadora hizo demasiados pedidos seguidos al servidor.",
    "Espere {seconds} segundos y sincronice otra vez.",
    NOT_OURS,
)
ADDRESS_TOO_OFTEN = Problem(
    "CEN-118",
    "Desde esta conexión hubo demasiados intentos de entrar.",
    "Espere {seconds} segundos y pruebe otra vez.",
    NOT_OURS,
)
AUTHOR_MISMATCH = Problem(
    "CEN-104",
    "El cambio fue hecho por otra persona que la que sincroniza.",
    "Quien lo hizo debe sincronizar con su propio usuario.",
    NOT_OURS,
)
UNKNOWN_KIND = Problem(
    "CEN-105",
    "El servidor todavía no conoce este tipo de registro.",
    "Espere la actualización del servidor; el cambio queda pendiente.",
    NOT_OURS,
)
RECORD_UNREADABLE = Problem(
    "CEN-106",
    "Al registro le faltan datos o tiene datos que no corresponden: {detail}.",
    "Ábralo, revíselo y guárdelo otra vez.",
    NOT_OURS,
)
BASE_UNKNOWN = Problem(
    "CEN-107",
    "Su computadora conoce una versión del registro que el servidor no tiene.",
    "Avise a la oficina: puede ser que el servidor haya sido restaurado de un respaldo.",
    NOT_OURS,
)
REVIEW_IS_FINAL = Problem(
    "CEN-108",
    "Una revisión ya hecha no se cambia.",
    "Haga una revisión nueva del mismo registro.",
    NOT_OURS,
)
OPERATION_REUSED = Problem(
    "CEN-109",
    "El cambio lleva el número de otro cambio.",
    "Avise a la oficina: puede ser una base de datos copiada.",
    NOT_OURS,
)
OPERATION_UNREADABLE = Problem(
    "CEN-110",
    "El servidor no pudo leer o guardar este cambio: {detail}.",
    "Actualice el programa y sincronice otra vez; si se repite, avise a la oficina.",
    NOT_OURS,
)
RECORD_TOO_LARGE = Problem(
    "CEN-111",
    "El registro tiene demasiados datos ({count}; lo más es {most}).",
    "Divídalo en dos registros, o avise a la oficina.",
    NOT_OURS,
)
ERASED = Problem(
    "CEN-112",
    "Ese registro se eliminó por orden de ley; ya no se guarda.",
    "No hace falta hacer nada: al terminar de sincronizar también se borra de su computadora.",
    "",
)
HOUSEHOLD_NOT_HERE = Problem(
    "CEN-113",
    "El hogar de este registro todavía no está en el servidor.",
    "El cambio espera y se enviará solo con cada sincronización; si pasan varios días, avise a la oficina.",
    NOT_OURS,
)
RECORD_NOT_HERE = Problem(
    "CEN-114",
    "Lo que se registró antes de este cambio todavía no llegó al servidor.",
    "El cambio espera y se enviará solo con cada sincronización.",
    NOT_OURS,
)

DATABASE_NOT_READY = Problem(
    "CEN-201",
    "La base de datos del servidor no está preparada o es de otra versión.",
    "Ejecute «juntos-central init» con los mismos datos de conexión.",
)
DATABASE_UNREACHABLE = Problem(
    "CEN-202",
    "No se pudo abrir la base de datos del servidor.",
    "Revise la dirección y que el servicio esté en marcha.",
)
USER_EXISTS_OTHERWISE = Problem(
    "CEN-203",
    "El usuario «{user}» no se puede inscribir: {detail}.",
    "Corrija el dato y ejecute la orden otra vez.",
)
WEAK_PASSWORD = Problem(
    "CEN-204",
    "La contraseña es muy corta.",
    "Use por lo menos {length} caracteres.",
)
LOAD_REFUSED = Problem(
    "CEN-205",
    "El archivo «{file}» tiene {count} y no se cargó nada. La primera: {first}",
    "Corrija las filas señaladas, o cargue solo las buenas con --accept-good.",
)
FILE_REFUSED = Problem(
    "CEN-220",
    "El archivo «{file}» no se puede cargar. {first}",
    "Después ejecute la orden otra vez.",
    "No se cargó nada.",
)
NOBODY_OF_THAT_NAME = Problem(
    "CEN-207",
    "No hay ninguna persona inscrita como «{user}».",
    "Revise cómo está escrito el usuario.",
)
NORM_NOT_SENT = Problem(
    "CEN-208",
    "La oficina no envió ninguna norma llamada «{pack}».",
    "Escriba una de las que envió: {sent}.",
)
FORMS_REFUSED = Problem(
    "CEN-209",
    "No se envió ningún formulario: {errors}.\n{details}",
    "Corrija lo señalado y cargue otra vez los archivos.",
)
FORM_NOT_SENT = Problem(
    "CEN-210",
    "La oficina no envió ningún formulario «{form}».",
    "Escriba uno de los que envió: {sent}.",
)
VERSION_TAKEN = Problem(
    "CEN-211",
    "El formulario «{form}» ya tiene una versión {version} con otro contenido ({origin}).",
    "Suba la versión en la hoja settings: hay registros que se leen con la que ya existe.",
)
FORM_TWICE = Problem(
    "CEN-212",
    "Los archivos «{file}» y «{other}» son los dos la versión {version} del formulario «{form}».",
    "Cargue uno solo, o suba la versión de uno.",
)
FORM_TOO_LARGE = Problem(
    "CEN-213",
    "El formulario «{form}» pesa {size} MB con sus archivos CSV; el máximo es {most} MB.",
    "Deje en los archivos CSV solo las filas y columnas que el formulario usa.",
)
NO_SUCH_HOUSEHOLD = Problem(
    "CEN-214",
    "No hay ningún hogar con el código «{code}».",
    "Revise cómo está escrito el código.",
)
NO_SUCH_MEMBER = Problem(
    "CEN-215",
    "No hay ninguna persona con ese documento.",
    "Revise el número, sin espacios ni puntos.",
)
NOT_A_FIELD_WORKER = Problem(
    "CEN-216",
    "«{user}» no está inscrito como gestor local.",
    "Inscríbalo primero con «juntos-central enrol», o corrija el usuario.",
)
NOT_HIS_HOUSEHOLD = Problem(
    "CEN-217",
    "El hogar «{code}» no está a cargo de «{user}».",
    "Revise el código y el usuario; no se cambió nada.",
)
SAME_FIELD_WORKER = Problem(
    "CEN-218",
    "El gestor de antes y el nuevo son el mismo.",
    "Escriba dos usuarios distintos.",
)
ERASE_WHAT = Problem(
    "CEN-219",
    "Falta decir qué se elimina.",
    "Escriba --household CÓDIGO o --member DNI, uno de los dos.",
)

DATABASE_DAMAGED = Problem(
    "CEN-264",
    "El archivo de la base de datos del servidor está dañado: no se puede leer.",
    "No siga escribiendo en él. Guarde una copia del archivo y restaure el último respaldo con "
    "«juntos-central restore».",
    "Lo que dicen los respaldos y lo que las laptops aún no enviaron no se perdió.",
)
UNIT_CODE_UNFIT = Problem(
    "CEN-261",
    "«{code}» no sirve como código de una unidad territorial.",
    "Escriba de 1 a 16 letras mayúsculas o números, empezando por una letra: PUNO.",
)
UNIT_UNKNOWN = Problem(
    "CEN-262",
    "No hay una unidad territorial «{code}». Las que hay: {known}.",
    "Escriba una de ellas, o agréguela antes con «juntos-central unit».",
)
UNIT_IN_USE = Problem(
    "CEN-263",
    "{user} tiene hogares o registros en su unidad territorial; no se cambió.",
    "Pase antes sus hogares a otro gestor con «juntos-central reassign».",
)
USER_NAME_UNFIT = Problem(
    "CEN-274",
    "«{user}» no sirve como usuario.",
    "Escriba de 1 a 64 letras minúsculas, números, puntos o guiones, sin espacios, igual que en el "
    "padrón: r.ccori. No se cambió nada.",
)
NAME_MISSING = Problem(
    "CEN-275",
    "Falta el nombre de «{code}».",
    "Escríbalo con --name y ejecute la orden otra vez; no se cambió nada.",
)
PLACE_OF_ROLE = Problem(
    "CEN-270",
    "«{user}» no se puede inscribir así: {rule}.",
    "Corrija --zone y --unit, y ejecute la orden otra vez; no se cambió nada.",
)
ZONE_OF_ANOTHER_UNIT = Problem(
    "CEN-271",
    "La zona «{zone}» es de la unidad territorial «{unit}», no de «{given}».",
    "Escriba la zona o la unidad que corresponde; no se cambió nada.",
)
ZONE_HAS_OTHERS = Problem(
    "CEN-272",
    "En la zona «{zone}» hay personas que no son de la unidad «{unit}»: {people}.",
    "Inscríbalas antes en esa unidad, o en otra zona, con «juntos-central enrol»; no se cambió nada.",
)
ZONE_NAME_UNFIT = Problem(
    "CEN-273",
    "«{zone}» no sirve como nombre de una zona.",
    "Escriba de 1 a 64 letras, números, espacios, puntos o guiones.",
)
