"""The registry of question types: one class a type. A type that is not here is refused at load."""

from __future__ import annotations

from juntos_campo.form_engine.question_types.acknowledge import AcknowledgeType
from juntos_campo.form_engine.question_types.barcode import BarcodeType
from juntos_campo.form_engine.question_types.base import QuestionType
from juntos_campo.form_engine.question_types.calculate import CalculateType
from juntos_campo.form_engine.question_types.date import DateType
from juntos_campo.form_engine.question_types.date_time import DateTimeType
from juntos_campo.form_engine.question_types.decimal import DecimalType
from juntos_campo.form_engine.question_types.geopoint import GeopointType
from juntos_campo.form_engine.question_types.hidden import HiddenType
from juntos_campo.form_engine.question_types.integer import IntegerType
from juntos_campo.form_engine.question_types.media import AudioType, FileType, ImageType
from juntos_campo.form_engine.question_types.metadata import (
    DeviceIdType,
    EmailType,
    EndType,
    PhoneNumberType,
    StartType,
    TodayType,
    UsernameType,
)
from juntos_campo.form_engine.question_types.note import NoteType
from juntos_campo.form_engine.question_types.range import RangeType
from juntos_campo.form_engine.question_types.rank import RankType
from juntos_campo.form_engine.question_types.select_multiple import SelectMultipleType
from juntos_campo.form_engine.question_types.select_one import SelectOneType
from juntos_campo.form_engine.question_types.text import TextType
from juntos_campo.form_engine.question_types.time import TimeType

QUESTION_TYPES: dict[str, QuestionType] = {
    kind.name: kind
    for kind in (
        TextType(),
        IntegerType(),
        DecimalType(),
        RangeType(),
        DateType(),
        TimeType(),
        DateTimeType(),
        SelectOneType(),
        SelectMultipleType(),
        RankType(),
        AcknowledgeType(),
        NoteType(),
        CalculateType(),
        HiddenType(),
        ImageType(),
        FileType(),
        AudioType(),
        GeopointType(),
        BarcodeType(),
        StartType(),
        EndType(),
        TodayType(),
        DeviceIdType(),
        UsernameType(),
        PhoneNumberType(),
        EmailType(),
    )
}

ALIASES: dict[str, str] = {
    "select one": "select_one",
    "select one from": "select_one",
    "select_one from": "select_one",
    "select multiple": "select_multiple",
    "select_multiple from": "select_multiple",
    "select all that apply": "select_multiple",
    "select all that apply from": "select_multiple",
    "select one from file": "select_one_from_file",
    "select multiple from file": "select_multiple_from_file",
    "datetime": "dateTime",
    "photo": "image",
    "string": "text",
    "int": "integer",
    "gps": "geopoint",
    "location": "geopoint",
}
"""Other spellings of XLSForm that mean the same (as they begin the `type` cell, in lower case)."""

_ON_A_LAPTOP = "En una computadora no se puede: quite la fila."
_MAP = "Use «geopoint» para un lugar, o «text» para describirlo."
INSTEAD: dict[str, str] = {
    "geotrace": _MAP,
    "geoshape": _MAP,
    "start-geopoint": "Use «geopoint».",
    "background-geopoint": "Use «geopoint».",
    "video": "Use «file»: el video se adjunta como archivo.",
    "background-audio": "Use «audio»: la grabación se adjunta.",
    "signature": "Use «image» con la apariencia (appearance) «signature».",
    "draw": "Use «image» con la apariencia (appearance) «draw».",
    "annotate": "Use «image» con la apariencia (appearance) «annotate».",
    "audit": "Quite la fila: el programa ya anota quién cambió qué y cuándo.",
    "osm": _MAP,
    "select_one_external": "Use «select_one_from_file ARCHIVO.csv» con choice_filter.",
    "csv-external": "Quite la fila: el archivo se lee al nombrarlo en pulldata() o instance().",
    "xml-external": "Use un archivo .csv con pulldata() o select_one_from_file.",
    "subscriberid": _ON_A_LAPTOP,
    "simserial": _ON_A_LAPTOP,
    "imei": "Escriba «deviceid».",
    "trigger": "Escriba «acknowledge».",
    "phone": "Use «text» con constraint regex(., '^[0-9]{9}$').",
    "percentage": "Use «range» con parameters start=0 end=100.",
    "number": "Escriba «integer» o «decimal».",
    "select1": "Escriba «select_one».",
    "select": "Escriba «select_one» o «select_multiple».",
    "boolean": "Use «select_one» con una lista de sí y no, o «acknowledge».",
    "cascading_select": "Use «select_one» con choice_filter.",
    "entities": "Las entidades no se admiten: los hogares y personas vienen del padrón.",
}
"""What to use in place of a type that is known to XLSForm, or to people, but not to us."""
