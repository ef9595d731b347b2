"""A command line that speaks Spanish altogether: `Program` in place of `typer.Typer`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.exceptions import TyperException
from typer.models import CommandFunctionType

from juntos_campo.terminal.words import spanish, type_words

if TYPE_CHECKING:
    from rich.text import Text
    from typer._click import Command, Context, HelpFormatter
else:
    Command = object


class _Told(typer.BadParameter):
    """An error of the command line whose sentence is Spanish already."""

    def __init__(self, error: TyperException, told: str) -> None:
        super().__init__(told, getattr(error, "ctx", None))
        self.exit_code = error.exit_code

    def format_message(self) -> str:
        """The sentence, with nothing before it."""
        return self.message


class _Spanish(Command):
    """What commands and groups of commands have in common."""

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        """The line ``Uso: ...``."""
        pieces = (spanish(one) for one in self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=spanish("Usage: "))

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """The whole help, in the library's shape."""
        _translate_panels()
        super().format_help(ctx, formatter)

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """``--help`` itself, with its explanation in Spanish."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = spanish(option.help or "")
        return option

    def make_context(
        self, info_name: str | None, args: list[str], parent: Context | None = None, **extra: Any
    ) -> Context:
        """Reads what was written after the command's name."""
        with _spanish_errors():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: Context) -> Any:
        """Runs the command."""
        with _spanish_errors():
            return super().invoke(ctx)


class SpanishCommand(_Spanish, TyperCommand):
    """A command."""


class SpanishGroup(_Spanish, TyperGroup):
    """Commands under one name."""


class Program(typer.Typer):
    """A program, or a group of commands in one; bare, it shows its help.

    Args:
        about: what it is for, in Spanish.
    """

    def __init__(self, about: str) -> None:
        super().__init__(cls=SpanishGroup, no_args_is_help=True, add_completion=False, help=about)

    def command(
        self,
        name: str | None = None,
        *,
        cls: type[TyperCommand] | None = SpanishCommand,
        **more: Any,
    ) -> Callable[[CommandFunctionType], CommandFunctionType]:
        """The decorator of `typer.Typer.command`; the paragraphs of the docstring flow as one line each."""

        def added(function: CommandFunctionType) -> CommandFunctionType:
            text = _flowing(more.pop("help", None) or inspect.getdoc(function) or "")
            return typer.Typer.command(self, name, cls=cls, help=text, **more)(function)

        return added


def _flowing(text: str) -> str:
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(" ".join(one.split()) for one in paragraphs)


@contextmanager
def _spanish_errors() -> Iterator[None]:
    """A wrong call, told in Spanish; status and stream stay the library's."""
    try:
        yield
    except _Told:
        raise
    except TyperException as error:
        _translate_panels()
        said = error.format_message()
        if not said:  # the help that a bare group shows
            raise
        raise _Told(error, spanish(said)) from error
    except (typer.Abort, EOFError):
        _translate_panels()
        raise


@cache
def _translate_panels() -> None:
    """The fixed words around help and errors; loaded when the first is shown, for it costs a while."""
    from typer import rich_utils

    for name, value in list(vars(rich_utils).items()):
        if name.isupper() and isinstance(value, str):
            setattr(rich_utils, name, spanish(value))

    class _Types(rich_utils.TypesHighlighter):
        def highlight(self, text: Text) -> None:
            text.plain = type_words(text.plain)
            super().highlight(text)

    rich_utils.types_highlighter = _Types()
