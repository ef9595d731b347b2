"""Photos, files and signatures: chosen or drawn here, kept by the desk, named by the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QPointF, Qt
from PySide6.QtGui import (
    QImage,
    QImageIOHandler,
    QImageReader,
    QImageWriter,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from juntos_campo.app.open_record import MOST_BYTES
from juntos_campo.domain.entities import Answer
from juntos_campo.domain.errors import JuntosError, Problem, user_error
from juntos_campo.domain.spanish import decimal_text
from juntos_campo.form_engine.definition import Question
from juntos_campo.ui.form_view.editors.base import Editor, Place
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import Label, button
from juntos_campo.ui.widgets.signature_pad import GRID, SignaturePad, Strokes, read_strokes
from juntos_campo.wire.file_messages import is_file_id

CANNOT_READ = Problem(
    "UFV-001",
    "No se pudo leer «{name}».",
    "Revise que el archivo exista y no esté dañado, o elija otro.",
)
MOST_PIXELS = 1600
"""A photo wider or higher than this is made smaller before it is kept; ``max-pixels`` says otherwise."""
JPG_QUALITY = 88
_PHOTOS = "*.png *.jpg *.jpeg *.webp *.bmp"
_KEEPS = (".png", ".jpg", ".jpeg", ".webp")
_SIGNATURE = (880, 264)
"""Pixels of a signature's picture: twice the pad."""


def _ask_file(parent: QWidget, title: str, kinds: str) -> str:
    path, _ = QFileDialog.getOpenFileName(parent, title, "", kinds)
    return path


@dataclass(slots=True)
class FileChoice:
    """The one door to the system's file box; a run without a person puts its own function in."""

    ask: Callable[[QWidget, str, str], str] = _ask_file


file_choice = FileChoice()


class FileEditor(Editor):
    """A file of any kind: choose, see its size, take it away."""

    kinds = ""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._answer = ""
        self.choose_button = button(self.choose_text(), self.icon_name(), on_click=self.choose)
        self.remove_button = button(self.tr("Quitar"), "trash", "quiet", on_click=self.remove)
        self.first = self.choose_button
        self.setFocusProxy(self.choose_button)
        self.picture = QLabel()
        self.said = Label("", TextRole.SMALL, wrap=True)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.metrics.s)
        buttons.addWidget(self.choose_button)
        buttons.addWidget(self.remove_button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.metrics.xs)
        column.addWidget(self.picture)
        column.addLayout(buttons)
        column.addWidget(self.said)
        self.name_controls()

    def choose_text(self) -> str:
        return self.tr("Elegir archivo…")

    def icon_name(self) -> str:
        return "folder-open"

    def rule_text(self) -> str:
        return self.tr("Foto o PDF, hasta {size} MB.").format(size=MOST_BYTES // 1024 // 1024)

    def answer(self) -> Answer:
        return self._answer

    def load(self) -> None:
        self._answer = self.place.given
        data = self.place.around.desk.file(self._answer) if self._answer else None
        image = read_image(data)
        self.picture.setVisible(not image.isNull()) if self.picture.parent() else None
        if not image.isNull():
            self.picture.setPixmap(_thumb(image))
        self.picture.setAccessibleName(self.tr("Vista de {name}").format(name=self.place.name))
        self.remove_button.setVisible(bool(self._answer))
        if not self._answer:
            self.said.setText(self.rule_text())
        elif data is None:
            self.said.setText(not_here_text(self.place.question, self._answer))
        else:
            megabytes = decimal_text(max(len(data) / 1024 / 1024, 0.1))
            self.said.setText(self.tr("Adjunto, {size} MB.").format(size=megabytes))

    def name_controls(self) -> None:
        for one in (self.choose_button, self.remove_button):
            one.setAccessibleName(f"{self.place.name}: {one.text()}")

    def choose(self) -> None:
        """Ask for a file and keep it."""
        path = file_choice.ask(self, self.place.name, self.kinds)
        if path:
            self.take(Path(path))

    def take(self, path: Path) -> None:
        """Keep the file at `path` as the answer."""
        try:
            name, data = self._prepared(path)
            self._answer = self.place.around.desk.keep_file(name, data)
        except JuntosError as error:
            self.failed.emit(error)
            return
        self.done.emit()

    def remove(self) -> None:
        """No file any more; the bytes stay, so that undo brings it back."""
        self._answer = ""
        self.done.emit()
        self.first.setFocus()

    def _prepared(self, path: Path) -> tuple[str, bytes]:
        try:
            return path.name, path.read_bytes()
        except OSError:
            raise user_error(CANNOT_READ, name=path.name) from None


class ImageEditor(FileEditor):
    """A photo: shown small, made smaller when it is huge."""

    kinds = f"Fotos ({_PHOTOS})"

    def choose_text(self) -> str:
        return self.tr("Elegir foto…")

    def rule_text(self) -> str:
        return self.tr("PNG o JPG. Una foto muy grande se reduce al adjuntarla.")

    def _prepared(self, path: Path) -> tuple[str, bytes]:
        name, data = super()._prepared(path)
        image, upright = read_image(data), is_upright(data)
        if image.isNull():
            raise user_error(CANNOT_READ, name=name)
        most = self.place.question.parameters.get("max-pixels", "")
        limit = int(most) if most.isdigit() and int(most) else MOST_PIXELS
        small = max(image.width(), image.height()) <= limit
        # What a camera only notes as turned is turned for good: not every reader heeds the note.
        if small and upright and path.suffix.lower() in _KEEPS:
            return name, data
        if not small:
            image = image.scaled(
                limit,
                limit,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        return f"{path.stem}.jpg", _encoded(image, "JPG")


class SignatureEditor(Editor):
    """A pad to sign on; what is signed is kept as a picture. Delete empties it."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._answer = ""
        self._drawn = ""
        self.pad = SignaturePad(place.name)
        self.picture = QLabel()
        self.said = Label("", TextRole.SMALL, wrap=True)
        self.said.hide()
        self.clear_button = button(
            self.tr("Borrar y firmar de nuevo"), "trash", "quiet", on_click=self.clear
        )
        self.first = self.pad
        self.setFocusProxy(self.pad)
        self.pad.drawn.connect(self._signed)
        self.take_undo_keys(self.pad)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.metrics.xs)
        column.addWidget(self.pad)
        column.addWidget(self.picture)
        column.addWidget(self.said)
        column.addWidget(self.clear_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.name_controls()

    def answer(self) -> Answer:
        """The picture's name; the strokes are kept as a picture when they are asked for."""
        if self._drawn:
            data = signature_png(read_strokes(self._drawn))
            try:
                self._answer = self.place.around.desk.keep_file("firma.png", data)
            except JuntosError as error:
                self.failed.emit(error)
                return self.place.given
            self._drawn = ""
        return self._answer

    def load(self) -> None:
        if self._drawn:
            return
        was, self._answer = self._answer, self.place.given
        if self._answer and self._answer == was and self.pad.text():
            return
        data = self.place.around.desk.file(self._answer) if self._answer else None
        self.pad.set_text("")
        self._show_picture(read_image(data))

    def half_typed(self) -> bool:
        return bool(self._drawn)

    def clear(self) -> None:
        """No signature any more."""
        self._answer = self._drawn = ""
        self.pad.set_text("")
        self._show_picture(QImage())
        self.done.emit()
        self.pad.setFocus()

    def _show_picture(self, image: QImage) -> None:
        kept = not image.isNull()
        missing = bool(self._answer) and not kept
        self.said.setText(not_here_text(self.place.question, self._answer) if missing else "")
        if self.picture.parent():
            self.picture.setVisible(kept)
            self.pad.setVisible(not kept and not missing)
            self.said.setVisible(missing)
            self.clear_button.setVisible(bool(self._answer or self._drawn))
        self.first = self.clear_button if kept or missing else self.pad
        self.setFocusProxy(self.first)
        if kept:
            self.picture.setPixmap(_on_paper(image))
            self.picture.setAccessibleName(self.place.name)

    def _signed(self, strokes: str) -> None:
        self._drawn = strokes
        self.clear_button.setVisible(bool(strokes))
        if strokes:
            self.typed.emit()
        else:
            self.clear()


def signature_png(strokes: Strokes) -> bytes:
    """The strokes in black on white."""
    width, height = _SIGNATURE
    image = QImage(width, height, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(Qt.GlobalColor.black, 4)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    for stroke in strokes:
        points = [QPointF(x * width / GRID, y * width / GRID) for x, y in stroke]
        path = QPainterPath(points[0])
        for point in points[1:] or [points[0] + QPointF(0.5, 0.5)]:
            path.lineTo(point)
        painter.drawPath(path)
    painter.end()
    return _encoded(image, "PNG")


def read_image(data: bytes | None) -> QImage:
    """The picture as it is to be seen, turned as its camera noted; a null one when it is none."""
    if not data:
        return QImage()
    buffer, reader = _reader(data)
    reader.setAutoTransform(True)
    image = reader.read()
    buffer.close()
    return image


def is_upright(data: bytes) -> bool:
    """Whether the picture is stored as it is to be seen."""
    buffer, reader = _reader(data)
    turned = reader.transformation()
    buffer.close()
    return turned == QImageIOHandler.Transformation.TransformationNone


def _reader(data: bytes) -> tuple[QBuffer, QImageReader]:
    """A reader and what it reads from, which must live as long."""
    buffer = QBuffer()
    buffer.setData(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    return buffer, reader


def not_here_text(question: Question, answer: str) -> str:
    """Why a photo, signature or file is not shown, and when it will be."""
    if not is_file_id(answer):  # a record that came from elsewhere names it otherwise
        return QCoreApplication.translate(
            "FileEditor", "Adjunto, pero el archivo no está en esta computadora."
        )
    if "signature" in question.appearance:
        told = QCoreApplication.translate(
            "FileEditor", "La firma todavía no llegó a esta computadora."
        )
    elif question.type.name == "image":
        told = QCoreApplication.translate(
            "FileEditor", "La foto todavía no llegó a esta computadora."
        )
    else:
        told = QCoreApplication.translate(
            "FileEditor", "El archivo todavía no llegó a esta computadora."
        )
    more = QCoreApplication.translate(
        "FileEditor", "Vendrá primero cuando se sincronicen las fotos."
    )
    return f"{told} {more}"


def picture_of(data: bytes | None) -> QPixmap | None:
    """A small picture of an attachment; None when it is none."""
    image = read_image(data)
    return None if image.isNull() else _thumb(image)


def _encoded(image: QImage, kind: str) -> bytes:
    kept = QByteArray()
    buffer = QBuffer(kept)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(kind.encode()))
    writer.setQuality(JPG_QUALITY if kind == "JPG" else -1)
    writer.write(image)
    buffer.close()
    return bytes(kept.data())


def _thumb(image: QImage) -> QPixmap:
    size = theme.metrics.px(220), theme.metrics.px(160)
    if image.width() <= size[0] and image.height() <= size[1]:
        return QPixmap.fromImage(image)
    return QPixmap.fromImage(
        image.scaled(
            *size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    )


def _on_paper(image: QImage) -> QPixmap:
    """A kept signature as wide as the pad."""
    return QPixmap.fromImage(
        image.scaledToWidth(theme.metrics.px(300), Qt.TransformationMode.SmoothTransformation)
    )
