"""``image``, ``file`` and ``audio``: the answer names the attachment, it does not hold it.

The name is what `store.attachments.put_attachment` returned, or a plain file name in a record that
came from elsewhere. A signature is an ``image`` with the appearance ``signature``.
"""

from __future__ import annotations

import re
from typing import ClassVar

from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.question_types.base import AnswerError, QuestionType, Reading

_NAME = re.compile(r"[0-9a-f]{64}|[^\s/\\:*?\"<>|]{1,100}\.[A-Za-z0-9]{1,8}")


class AttachmentType(QuestionType):
    """What the attachment types share; `what` is how a sentence calls it."""

    what: ClassVar[str]

    def read(self, text: str, reading: Reading) -> Answer:
        if not _NAME.fullmatch(text):
            raise AnswerError(f"Aquí no se escribe: adjunte {self.what} con el botón.")
        return text

    def show(self, answer: Answer, reading: Reading) -> str:
        return "" if answer is None else "Adjunto"


class ImageType(AttachmentType):
    name = "image"
    what = "la foto o la firma"


class FileType(AttachmentType):
    name = "file"
    what = "el archivo"


class AudioType(AttachmentType):
    name = "audio"
    what = "la grabación"
