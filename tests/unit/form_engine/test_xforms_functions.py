"""Every function of the ODK XForms specification, with its examples and those of its clients."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from lxml import etree

from juntos_campo.domain.clock import LIMA
from juntos_campo.form_engine.expressions import parse
from juntos_campo.form_engine.functions import (
    KNOWN_FUNCTIONS,
    Environment,
    FunctionError,
    functions,
    to_text,
    to_words,
    tree_value,
)
from juntos_campo.form_engine.functions_nodes import park_miller, shuffled

NOW = datetime(2026, 11, 21, 14, 30, 15, tzinfo=LIMA)
# 20778 days after 1970-01-01 is 2026-11-21; 14:30 is 870 minutes of 1440.
TREE = """
<data>
  <d t="d">20778</d><m t="m">20778.604166666668</m><h t="h">0.25</h>
  <t>agua luz gas</t><e/><n>7</n>
  <rep><p>38.25304740874071 21.75644703234866</p><v>1</v><in><w>a</w></in><in><w>b</w></in></rep>
  <rep><p>38.25308110946615 21.763377860443143</p><v/><in><w>c</w></in></rep>
  <rep><p>38.25078942453431 21.763399318115262</p><v>3</v></rep>
</data>
"""
SHAPE = (
    "7.9377 -11.5845 0 0;7.9324 -11.5902 0 0;7.927 -11.5857 0 0;7.925 -11.578 0 0;"
    "7.9267 -11.5722 0 0;7.9325 -11.5708 0 0;7.9372 -11.5737 0 0;7.9393 -11.579 0 0;"
    "7.9377 -11.5845 0 0"
)


def value_of(expression: str, at: str = "/data/e", **environment: object) -> object:
    """What libxml2 and our functions make of an expression at a node of `TREE`."""
    root = etree.fromstring(TREE)
    where = Environment(NOW, **environment)  # type: ignore[arg-type]
    node = root.xpath(at)[0]
    return parse(expression, "/data/e").compile(functions(where))(node)


def text_of(expression: str, at: str = "/data/e", **environment: object) -> str:
    return to_text(value_of(expression, at, **environment))


CASES = [
    # text
    ("string(7)", "7"),
    ("string(/data/d)", "2026-11-21"),
    ("concat('a', 1, true())", "a1true"),
    ("concat(/data/rep/v)", "13"),
    ("join(' ', /data/rep/in/w)", "a b c"),
    ("join('-', 'x', 'y')", "x-y"),
    ("substr('hello', 1, 3)", "el"),
    ("substr('hello', 1)", "ello"),
    ("substr('hello', -2)", "lo"),
    ("substring('12345', 2, 3)", "234"),
    ("substring('12345', 1.5, 2.6)", "234"),
    ("substring('12345', 0, 3)", "12"),
    ("substring('12345', 0 div 0, 3)", ""),
    ("substring('12345', -42, 1 div 0)", "12345"),
    ("substring-before('1999/04/01', '/')", "1999"),
    ("substring-before('1999', 'x')", ""),
    ("substring-after('1999/04/01', '/')", "04/01"),
    ("translate('bar', 'abc', 'AB')", "BAr"),
    ("translate('--aaa--', 'abc-', 'ABC')", "AAA"),
    ("string-length('agua')", "4"),
    ("normalize-space('  a  b ')", "a b"),
    ("contains('agua', 'gu')", "true"),
    ("starts-with('agua', 'ag')", "true"),
    ("ends-with('abc', 'bc')", "true"),
    ("ends-with('abc', 'ab')", "false"),
    ("upper-case('ñandú')", "ÑANDÚ"),
    ("lower-case('ÑANDÚ')", "ñandú"),
    ("digest('abc', 'MD5', 'hex')", "900150983cd24fb0d6963f7d28e17f72"),
    ("digest('abc', 'SHA-1', 'hex')", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    ("digest('abc', 'SHA-256')", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
    ("substr(digest('abc', 'SHA-384', 'hex'), 0, 8)", "cb00753f"),
    ("substr(digest('abc', 'SHA-512', 'hex'), 0, 8)", "ddaf35a1"),
    ("base64-decode('w7FhbmTDug==')", "ñandú"),
    ("regex('999888777', '^[0-9]{9}$')", "true"),
    # ODK's manual: "an exact and complete match"; a DNI of nine figures must not pass for one of eight.
    ("regex('999888777', '[0-9]{8}')", "false"),
    ("regex('99988877', '[0-9]{8}')", "true"),
    ("regex('abc123', '[0-9]+')", "false"),
    ("pulldata('hogares', 'titular', 'name', '7')", "hogares/titular/name/7"),
    # truth
    ("if(7 > 2, 'sí', 'no')", "sí"),
    ("coalesce(/data/e, 'b')", "b"),
    ("coalesce(/data/e, /data/d)", "2026-11-21"),
    ("once('nuevo')", "nuevo"),
    ("true()", "true"),
    ("false()", "false"),
    ("boolean('a')", "true"),
    ("boolean-from-string('1')", "true"),
    ("boolean-from-string('whatever')", "false"),
    ("not(7 > 2)", "false"),
    ("checklist(-1, 2, 2>1)", "true"),
    ("checklist(-1, 2, 1=1, 2=2, 3=3)", "false"),
    ("checklist(1, 2, 1=1, 2=2, 3=3)", "false"),
    ("checklist(3, 4, 1=1, 2=2, 3=3)", "true"),
    ("checklist(1, 1, 'yes', 'no')", "true"),
    ("weighted-checklist(-1, 2, 2>1, 2)", "true"),
    ("weighted-checklist(-1, 2, 2>1, 3)", "false"),
    ("weighted-checklist(1, 2, 1=1, 1, 2=2, 1, 3=3, 1)", "false"),
    ("weighted-checklist(3, 4, 1=1, 1, 2=2, 1, 3=3, 1)", "true"),
    # numbers
    ("number('42') + 1", "43"),
    ("number('1970-01-02')", "1"),
    ("number('x')", "NaN"),
    ("int(-1.9)", "-1"),
    ("floor(-1.2)", "-2"),
    ("ceiling(1.2)", "2"),
    ("sum(/data/rep/v)", "4"),
    ("max(/data/rep/v)", "3"),
    ("min(2, /data/rep/v)", "1"),
    ("round(1.234, 2)", "1.23"),
    ("round(1.005, 2)", "1.01"),
    ("round(-2.5)", "-2"),
    ("round(1234.5, -2)", "1200"),
    ("pow(2, 0.5) = sqrt(2)", "true"),
    ("pow(0, -1)", "Infinity"),
    ("sqrt(-1)", "NaN"),
    ("round(log(10), 6)", "2.302585"),
    ("log(0)", "-Infinity"),
    ("log10(1000)", "3"),
    ("abs(-10.5)", "10.5"),
    ("round(sin(pi() div 6), 9)", "0.5"),
    ("round(cos(pi() div 3), 9)", "0.5"),
    ("round(tan(pi() div 4), 9)", "1"),
    ("round(asin(1) - pi() div 2, 9)", "0"),
    ("round(acos(0) - pi() div 2, 9)", "0"),
    ("round(4 * atan(1) - pi(), 9)", "0"),
    ("round(atan2(1, -1), 6)", "2.356194"),
    ("acos(2)", "NaN"),
    ("round(exp(1), 6)", "2.718282"),
    ("exp10(3)", "1000"),
    ("0.0000001 * 1", "0.0000001"),
    # nodes
    ("count(/data/rep)", "3"),
    ("count-non-empty(/data/rep/v)", "2"),
    ("position(/data/rep[3])", "3"),
    ("/data/rep[position() = last()]/v", "3"),
    ("indexed-repeat(/data/rep/v, /data/rep, 3)", "3"),
    ("indexed-repeat(/data/rep/in/w, /data/rep, 1, /data/rep/in, 2)", "b"),
    ("indexed-repeat(/data/rep/v, /data/rep, 9)", ""),
    # dates and times
    ("today()", "2026-11-21"),
    ("today() + 1", "20779"),
    ("date(today() + 10)", "2026-12-01"),
    ("date('2026-11-05') < today()", "true"),
    ("now()", "2026-11-21T14:30:15.000-05:00"),
    ("date(now())", "2026-11-21"),
    ("date-time('1970-01-01T12:00:00.000-05:00') + 0", "0.5"),
    ("/data/m", "2026-11-21T14:30:00.000-05:00"),
    ("substr(/data/m, 11, 16)", "14:30"),
    ("/data/m < now()", "true"),
    ("/data/m > today()", "true"),
    ("/data/h", "06:00:00.000-05:00"),
    ("decimal-date-time(/data/d)", "20778"),
    ("decimal-date-time('1970-01-01T06:00:00.000-05:00')", "0.25"),
    ("decimal-time('06:00:00.000-05:00')", "0.25"),
    ("decimal-time('12:00')", "0.5"),
    ("decimal-time(/data/h)", "0.25"),
    ("decimal-time('mediodía')", "NaN"),
    ("format-date(/data/d, '%e/%n/%y %Y-%m-%d')", "21/11/26 2026-11-21"),
    ("format-date(/data/d, '%a %e %b')", "sáb 21 nov"),
    ("format-date('', '%Y')", ""),
    ("format-date-time(/data/m, '%H:%M:%S.%3 %h')", "14:30:00.000 14"),
    # selection
    ("selected(/data/t, 'luz')", "true"),
    ("selected(/data/t, 'lu')", "false"),
    ("selected-at(/data/t, 2)", "gas"),
    ("selected-at(/data/t, 3)", ""),
    ("selected-at(/data/t, -1)", ""),
    ("count-selected(/data/t)", "3"),
    ("jr:choice-name('agua luz', '/data/t')", "/data/t=agua, /data/t=luz"),
    # geography
    (f"area('{SHAPE}')", "2333220.77"),
    (f"distance('{SHAPE}')", "5724.36"),
    ("distance('0 0;0 1')", "111318.85"),
    ("distance('90 0;90 1')", "0"),
    ("distance('a')", "NaN"),
    ("area('5000 5000; 5000 5000')", "NaN"),
    ("distance(concat('0 0', ' ; ', '0 90'))", "10018696.05"),
    # the form and its surroundings
    ("version()", "2026.1"),
    ("property('username')", "rccori"),
    ("instance('miembros')/item/label", "Ana"),
    ("random() < 1", "true"),
    ("string-length(uuid())", "36"),
    ("string-length(uuid(6))", "6"),
    ("count(randomize(/data/rep, 3))", "3"),
]
SURROUNDINGS: dict[str, object] = {
    "version": "2026.1",
    "properties": {"username": "rccori"},
    "pull": lambda *names: "/".join(names),
    "choice_label": lambda path, name: f"{path}={name}",
    "instance": lambda name: [
        etree.fromstring(f"<root id='{name}'><item><label>Ana</label></item></root>")
    ],
}


@pytest.mark.parametrize(("expression", "result"), CASES)
def test_a_function_gives_what_the_specification_says(expression: str, result: str) -> None:
    assert text_of(expression, **SURROUNDINGS) == result


def test_no_function_is_offered_that_nobody_tried() -> None:
    tried = {name for case, _ in CASES for name in re.findall(r"([a-z][a-z0-9:-]*)\(", case)}
    assert KNOWN_FUNCTIONS - tried == set()


@pytest.mark.parametrize("algorithm", ["SHA-0", "", "md6"])
def test_an_unknown_digest_says_which_there_are(algorithm: str) -> None:
    functions_here = functions(Environment(NOW))
    with pytest.raises(FunctionError, match="SHA-256"):
        functions_here[None, "digest"](None, "abc", algorithm)


def test_a_pattern_that_is_none_is_told_not_thrown() -> None:
    with pytest.raises(FunctionError, match=r"«\(»"):
        functions(Environment(NOW))[None, "regex"](None, "abc", "(")


def test_a_calculated_day_stays_a_day_that_can_be_counted_with() -> None:
    assert tree_value(value_of("today()")) == ("20778", "d")
    assert tree_value(value_of("if(1 = 1, date('2026-01-01'), '')")) == ("20454", "d")
    assert tree_value(value_of("coalesce(/data/e, /data/m)"))[1] == "m"
    assert tree_value(value_of("today() + 1")) == ("20779", "")


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("/data/d", "21/11/2026"),
        ("/data/m", "21/11/2026 14:30"),
        ("/data/h", "06:00"),
        ("/data/t", "agua luz gas"),
        ("1 div 3 > 0", "true"),
        ("/data/e", ""),
        ("date('')", ""),
    ],
)
def test_a_label_shows_days_and_times_as_people_here_write_them(
    expression: str, words: str
) -> None:
    assert to_words(value_of(expression)) == words


def test_what_was_kept_once_is_not_computed_again() -> None:
    assert text_of("once(random())", at="/data/n") == "7"


def test_chance_is_the_same_from_the_same_seed_and_another_from_another() -> None:
    assert text_of("uuid()", seed=3) == text_of("uuid()", seed=3) != text_of("uuid()", seed=4)
    assert re.fullmatch(
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", text_of("uuid()")
    )


def test_the_shuffle_runs_on_the_published_minimal_standard_numbers() -> None:
    # Park and Miller, CACM 31:10 (1988), p. 1195: from 1 the 10 000th number is 1 043 618 065.
    numbers = park_miller(1)
    last = [next(numbers) for _ in range(10_000)][-1]
    assert round(last * (2**31 - 2)) + 1 == 1_043_618_065


def test_a_shuffle_loses_nothing_and_repeats_itself() -> None:
    items = list("ABCDEF")
    assert sorted(shuffled(items, 42)) == items
    assert shuffled(items, 42) == shuffled(items, 42)
    assert len({tuple(shuffled(items, seed)) for seed in range(50)}) > 30
    assert shuffled([], 1) == []


@pytest.mark.parametrize("name", ["0 div 0", "1 div 0", "-1 div 0", "''", "/data/missing"])
@pytest.mark.parametrize(
    "call",
    [
        "round({}, {})",
        "int({})",
        "substr('abc', {})",
        "format-date({}, '%a')",
        "date({})",
        "selected-at('a b', {})",
        "pow({}, {})",
        "exp({})",
        "distance({})",
        "uuid({})",
        "decimal-time({})",
        "substring('abc', {}, {})",
        "checklist({}, 1, {})",
    ],
)
def test_no_number_however_odd_stops_a_form(call: str, name: str) -> None:
    assert isinstance(text_of(call.replace("{}", name)), str)
