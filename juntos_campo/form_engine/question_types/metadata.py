"""What the program notes by itself: when a record was begun and finished, and who made it where."""

from __future__ import annotations

from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.question_types.base import QuestionType, Reading, writable
from juntos_campo.form_engine.question_types.date import DateType
from juntos_campo.form_engine.question_types.date_time import DateTimeType


class StartType(DateTimeType):
    """When the record was begun."""

    name = "start"
    answerable = False


class EndType(DateTimeType):
    """When the record was finished."""

    name = "end"
    answerable = False


class TodayType(DateType):
    """The day the record was begun."""

    name = "today"
    answerable = False


class _PropertyType(QuestionType):
    answerable = False

    def read(self, text: str, reading: Reading) -> Answer:
        return writable(text)


class DeviceIdType(_PropertyType):
    name = "deviceid"


class UsernameType(_PropertyType):
    name = "username"


class PhoneNumberType(_PropertyType):
    name = "phonenumber"


class EmailType(_PropertyType):
    name = "email"
