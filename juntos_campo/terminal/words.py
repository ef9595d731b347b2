"""What Typer and pydantic say by themselves on a command line, in Spanish.

Only some of Typer's sentences pass through `gettext`, most do not, and `gettext` chooses its language by
the environment. So the sentences stand here, each with its slots, and are recognised as they come out. A test
reads the sentences out of the installed libraries: a new one that is not here fails it.
"""

from __future__ import annotations

import re
from functools import cache

_SENTENCES = {
    # Help.
    "Usage: ": "Uso: ",
    "[OPTIONS]": "[OPCIONES]",
    "COMMAND [ARGS]...": "ORDEN [DATOS]...",
    "Arguments": "Datos",
    "Options": "Opciones",
    "Commands": "Órdenes",
    "Error": "Error",
    "Show this message and exit.": "Muestra esta ayuda y termina.",
    "Try [blue]'{} {}'[/] for help.": "Con [blue]{} {}[/] se muestra cómo se usa.",
    "[required]": "[obligatorio]",
    "[default: {}]": "[si falta: {}]",
    "[env var: {}]": "[variable de entorno: {}]",
    "(dynamic)": "(se calcula)",
    "(deprecated) ": "(ya no se usa) ",
    # What was written cannot be understood.
    "Missing command.": "Falta la orden.",
    "No such command {}. Did you mean {}?": "No existe la orden {}. ¿Quiso decir {}?",
    "No such command {}.": "No existe la orden {}.",
    "No such option: {} (Possible options: {})": "No existe la opción {}. ¿Quiso decir {}?",
    "No such option: {}": "No existe la opción {}.",
    "Got unexpected extra argument(s) ({})": "Sobra lo siguiente: {}. Si un nombre tiene espacios, "
    "escríbalo entre comillas.",
    "Option {} requires an argument.": "Después de la opción {} falta su valor.",
    "Option {} requires {} arguments.": "Después de la opción {} van {} valores.",
    "Option {} does not take a value.": "La opción {} va sola, sin valor.",
    "Argument {} takes {} values.": "El dato {} lleva {} valores.",
    "Missing option {} (env var: {}).": "Falta la opción {} (o la variable de entorno {}).",
    "Missing option {}. {}": "Falta la opción {}. {}",
    "Missing option {}.": "Falta la opción {}.",
    "Missing argument {}. {}": "Falta el dato {}. {}",
    "Missing argument {}.": "Falta el dato {}.",
    "Missing parameter: {}": "Falta el dato {}.",
    "Choose from:\n\t{}": "Elija entre:\n\t{}",
    "Invalid value for {} (env var: {}): {}": "El valor de {} (o de la variable de entorno {}) no "
    "sirve: {}",
    "Invalid value for {}: {}": "El valor de {} no sirve: {}",
    "Invalid value: {}": "El valor no sirve: {}",
    # What is wrong with a value.
    "Value error, {}": "{}",
    "{} is not one of {}.": "{} no está entre los que se pueden elegir: {}.",
    "{} does not match the formats {}.": "{} no es una fecha. Se escribe así: {}.",
    "{} values are required, but {} given.": "van {} valores, y hay {}.",
    "Value must be an iterable.": "debe ser una lista.",
    "value is not a valid tuple": "debe ser una lista.",
    "Value {} is not a valid {}.": "{} no se entiende.",
    "None is not a valid string": "está vacío.",
    "Input should be a valid integer, unable to parse string as an integer": "debe ser un número "
    "entero.",
    "Input should be a valid integer, got a number with a fractional part": "debe ser un número "
    "entero.",
    "Unable to parse input string as an integer, exceeded maximum size": "el número es demasiado "
    "grande.",
    "Input should be a valid number, unable to parse string as a number": "debe ser un número, con "
    "punto decimal.",
    "Input should be a finite number": "debe ser un número.",
    "Input should be a valid boolean, unable to interpret input": "debe ser «yes» (sí) o «no».",
    "Input should be greater than or equal to {}": "debe ser {} o más.",
    "Input should be less than or equal to {}": "debe ser {} o menos.",
    # Files.
    "file {} does not exist.": "el archivo {} no existe.",
    "dir {} does not exist.": "la carpeta {} no existe.",
    "path {} does not exist.": "{} no existe.",
    "dir {} is a file.": "{} es un archivo; hace falta una carpeta.",
    "path {} is a file.": "{} es un archivo; hace falta una carpeta.",
    "file {} is a directory.": "{} es una carpeta; hace falta un archivo.",
    "path {} is a directory.": "{} es una carpeta; hace falta un archivo.",
    "{} {} is not readable.": "no hay permiso para leer {1}.",
    "{} {} is not writable.": "no hay permiso para escribir en {1}.",
    "Could not open file {}: {}": "No se pudo abrir el archivo {}: {}",
    "unknown error": "no se sabe por qué",
    # Questions.
    "Aborted.": "Se canceló: no se hizo nada.",
    "Aborted!": "Se canceló: no se hizo nada.",
}
"""Sentences as the libraries write them, ``{}`` for what varies, and as they are told here."""

_TYPES = {
    "bool": "",
    "date": "fecha",
    "datetime": "fecha",
    "dir": "carpeta",
    "file": "archivo",
    "float": "número",
    "int": "número",
    "Path": "ruta",
    "path": "ruta",
    "str": "texto",
}
"""Kinds of values as the help names them; one that is just there or not has none."""

_SLOT = "{}"
_QUOTED = re.compile(r"'([^'\n]*)'")
_DATE_PARTS = {"%Y": "AAAA", "%m": "MM", "%d": "DD", "%H": "HH", "%M": "MM", "%S": "SS"}


def spanish(text: str) -> str:
    """A sentence of the libraries in Spanish, also the sentences inside it; any other text as it is."""
    if text in _SENTENCES:
        return _SENTENCES[text]
    for pattern, told in _patterns():
        if found := pattern.fullmatch(text):
            slots = [_value(spanish(one)) for one in found.groups()]
            return told.format(*slots)
    return text


def type_words(label: str) -> str:
    """``<int range>``, ``<list[Path]>`` as the help shows them: ``<número>``, ``<ruta>...``.

    What is no type Typer names is a list of choices, and stays.
    """
    found = re.match(r"<([^>]*)>", label)
    if found is None:
        return label
    name, rest = found[1], label[found.end() :]
    if many := re.fullmatch(r"list\[(.*)\]", name):
        name, rest = many[1], f"...{rest}"
    told = _TYPES.get(name.removesuffix(" range"), _date_words(name))
    return f"<{told}>{rest}" if told else rest


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Compiled when the first sentence is asked for: most commands never ask."""
    return tuple(
        (re.compile("(.+?)".join(map(re.escape, sentence.split(_SLOT))), re.DOTALL), told)
        for sentence, told in _SENTENCES.items()
        if _SLOT in sentence
    )


def _value(text: str) -> str:
    """What stood in a slot, as a person writes it: quotes as in Spanish, dates without percent signs."""
    return _QUOTED.sub(r"«\1»", _date_words(text))


def _date_words(text: str) -> str:
    for part, word in _DATE_PARTS.items():
        text = text.replace(part, word)
    return text
