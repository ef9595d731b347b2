"""What Typer and pydantic say by themselves comes out in Spanish.

The sentences are read out of the installed libraries: whoever brings a newer Typer learns here what is new.
"""

from __future__ import annotations

import re
from collections.abc import Set

import pytest
from library_sentences import sentences, words
from pydantic_core import PydanticKnownError
from pydantic_core.core_schema import ErrorType

from juntos_campo.terminal.words import spanish, type_words

WHOLE = {
    " (env var: '{}')": [
        "Invalid value for '--a' (env var: 'B_C'): x",
        "Missing option '--a' (env var: 'B_C').",
    ],
    "(Possible options: {})": ["No such option: --x (Possible options: --y, --z)"],
    "Missing {}{}.": ["Missing option '--x'.", "Missing argument 'X'."],
    "Missing {}{}. {}": [
        "Missing option '--x'. Choose from:\n\tb,\n\tc",
        "Missing argument 'X'. Choose from:\n\tb",
    ],
    "Option {} requires {}": [
        "Option '--x' requires an argument.",
        "Option '--x' requires 2 arguments.",
    ],
    "{} {} does not exist.": ["file 'x' does not exist.", "dir 'x' does not exist."],
    "{} {} is a directory.": ["file 'x' is a directory.", "path 'x' is a directory."],
    "{} {} is a file.": ["dir 'x' is a file.", "path 'x' is a file."],
    "{} {} is not readable.": ["file 'x' is not readable.", "dir 'x' is not readable."],
    "{} {} is not writable.": ["file 'x' is not writable.", "path 'x' is not writable."],
    "Error": [],  # the same in both languages
}
"""Parts, and the wholes in which alone they are shown."""

ONLY_WITHOUT_RICH = {"default: {}", "env var: {}", "required", "Try '{} {}' for help.\n"}
"""Rich is installed with the program: these are never shown."""

OF_PYDANTIC: tuple[ErrorType, ...] = (
    "int_parsing", "int_from_float", "int_parsing_size", "float_parsing", "finite_number",
    "bool_parsing", "greater_than_equal", "less_than_equal",
)  # fmt: skip


def english(text: str, known: Set[str]) -> Set[str]:
    return known & set(re.findall(r"\w{3,}", text.lower())) - {"error"}


def test_there_are_sentences_to_look_for() -> None:
    found = sentences()
    assert {"Missing command.", "[OPTIONS]", "Usage: ", "[required]"} <= found
    assert len(found) > 35


@pytest.mark.parametrize("sentence", sorted(sentences() - ONLY_WITHOUT_RICH))
def test_no_operator_reads_a_sentence_of_the_library_in_english(sentence: str) -> None:
    for whole in WHOLE.get(sentence, [sentence.replace("{}", "'x'")]):
        told = spanish(whole)
        assert told != whole
        assert not english(told, words()), told


@pytest.mark.parametrize("kind", OF_PYDANTIC)
def test_no_operator_reads_in_english_why_a_number_is_wrong(kind: ErrorType) -> None:
    limits = {"greater_than_equal": {"ge": 5}, "less_than_equal": {"le": 5}}.get(kind)
    said = PydanticKnownError(kind, limits).message()
    told = spanish(f"Invalid value for '--n': {said}")
    assert told.startswith("El valor de «--n» no sirve: ")
    assert not english(told, set(re.findall(r"[a-z]{3,}", said.lower()))), told
    assert limits is None or "5" in told, "the limit is told"


def test_what_the_person_wrote_is_told_as_it_was_written() -> None:
    assert "«Options»" in spanish("No such command 'Options'.")
    assert "no.csv" in spanish("Invalid value for 'ARCHIVO': file 'no.csv' does not exist.")
    assert spanish("cualquier otra cosa") == "cualquier otra cosa"


def test_a_date_format_is_shown_in_letters_a_person_knows() -> None:
    told = spanish("'ayer' does not match the formats '%Y-%m-%d', '%d/%m/%Y'.")
    assert "AAAA-MM-DD" in told
    assert "DD/MM/AAAA" in told
    assert "%" not in told


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("<int>", "<número>"),
        ("<int range> [x>=1]", "<número> [x>=1]"),
        ("<list[Path]>", "<ruta>..."),
        ("<str>", "<texto>"),
        ("<bool>", ""),
        ("<%Y-%m-%d|%d/%m/%Y>", "<AAAA-MM-DD|DD/MM/AAAA>"),
        ("<F|M>", "<F|M>"),
        ("NOMBRE", "NOMBRE"),
    ],
)
def test_what_goes_after_an_option_is_said_in_spanish(label: str, told: str) -> None:
    assert type_words(label) == told
