"""The expressions of the survey sheet: references that exist, functions we know, XPath that parses.

pyxform says some of this in English and without the column, the loader says the rest one at a time; here
every cell is looked at, so that whoever writes the form mends all of it at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from lxml import etree

from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.form_engine.expressions import Expression, parse
from juntos_campo.form_engine.functions import FUNCTIONS_INSTEAD, KNOWN_FUNCTIONS
from juntos_campo.form_engine.functions_text import compiled_pattern
from juntos_campo.form_engine.problems import (
    AMBIGUOUS_REFERENCE,
    BAD_COUNT,
    BAD_EXPRESSION,
    BAD_PATTERN,
    BROKEN_REFERENCE,
    CYCLE,
    MISSPELT_REFERENCE,
    UNKNOWN_FILTER_COLUMN,
    UNKNOWN_FUNCTION,
    UNKNOWN_REFERENCE,
    UNSUPPORTED_FUNCTION,
    UNSUPPORTED_VALUE,
)
from juntos_campo.form_engine.sheet_choices import YES_NO
from juntos_campo.form_engine.sheet_columns import EXPRESSIONS, TRANSLATED, base_and_language
from juntos_campo.form_engine.sheet_defaults import is_computed
from juntos_campo.form_engine.sheet_rows import GROUP_ROWS, Survey, is_seen
from juntos_campo.form_engine.sheet_source import RawSheet, Row

REFERENCE = re.compile(r"\$\{([^{}\s]+)\}")
_BRACED = re.compile(r"\$\{[^{}]*\}?|\$(?!\{)\w*\{?")
_LAST_SAVED = "last-saved#"
_CALL = re.compile(r"([\w][\w.:-]*)\s*\(")
_LITERAL = re.compile(r"\"[^\"]*\"|'[^']*'")
_REGEX = re.compile(r"""regex\s*\((?:[^()'"]|'[^']*'|"[^"]*"|\([^()]*\))*?,\s*(['"])(.*?)\1\s*\)""")
_YES_WORDS = ("si", "sí", "x", "s", "obligatorio", "verdadero", "y", "ok", "falso")
_SMART = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"'})
_CONDITIONS = ("required", "readonly", "relevant")
_META = ("instanceID", "instanceName")
_FILTERED = "lista"
"""Stands for the list whose items a filter looks at."""
_ROOT = "/data"
_KNOWN = KNOWN_FUNCTIONS | {"and", "or", "div", "mod", "current"}
"""What may stand before a bracket: functions, and operators."""
_COMMON = ("if", "selected", "coalesce", "count", "sum", "round", "concat", "regex", "today")
_TRIGGER = re.compile(r"\s*\$\{[^{}\s]+\}\s*(,\s*\$\{[^{}\s]+\}\s*)*")


def check_expressions(
    survey: Survey, choices: RawSheet | None, settings: dict[str, str], faults: list[UserError]
) -> None:
    """Look at every expression and every text with ``${...}``; what is wrong is added to `faults`."""
    checker = _Checker(survey, choices, faults)
    for row, path in zip(survey.rows, survey.paths, strict=True):
        if path:
            checker.row(row, path)
    name = settings.get("instance_name", "")
    if name:
        checker.expression(name, _ROOT, "hoja settings, fila 2, columna instance_name")


class _Checker:
    def __init__(self, survey: Survey, choices: RawSheet | None, faults: list[UserError]) -> None:
        self._survey = survey
        self._columns = {*(choices.header if choices else ()), "name", "label", "list_name"}
        self._faults = faults
        self._paths = {
            row.cells.get("name", ""): path
            for row, path in zip(survey.rows, survey.paths, strict=True)
            if path
        }
        for row, path in survey.questions:
            # pyxform makes these: the text beside "or_other" and the computed number of rows.
            self._paths.setdefault(f"{row.cells['name']}_other", f"{path}_other")

    def row(self, row: Row, path: str) -> None:
        for column, cell in row.cells.items():
            base, _ = base_and_language(column)
            if base in TRANSLATED:
                self._references(cell, row.place(column))
            elif column in EXPRESSIONS:
                self._column(row, column, cell, path)
            elif column == "trigger":
                self._trigger(row, cell)
            elif column == "default" and is_computed(cell, row.cells["type"]):
                self.expression(cell, path, row.place(column))
        kind = row.cells["type"]
        if "${" in kind and kind not in GROUP_ROWS:
            self._references(kind, row.place("type"))

    def _column(self, row: Row, column: str, cell: str, path: str) -> None:
        where = row.place(column)
        if column in _CONDITIONS and cell.lower() in YES_NO:
            return
        if column in _CONDITIONS and cell.lower().rstrip(".") in _YES_WORDS:
            remedy = "Escriba yes, no, o una condición como ${edad} > 5."
            self._faults.append(user_error(UNSUPPORTED_VALUE, where, value=cell, remedy=remedy))
            return
        if column == "repeat_count" and not _computes(cell):
            self._faults.append(user_error(BAD_COUNT, where, value=cell))
            return
        if column != "choice_filter":
            whole = self.expression(cell, path, where)
            if (
                column == "relevant"
                and whole
                and any(reference.path == path for reference in whole.references)
            ):
                name = row.cells["name"]
                self._faults.append(user_error(CYCLE, where, names=f"{name} → {name}"))
            return
        # In a filter a bare name is a column of the list.
        found = self.expression(cell, path, where, f"instance('{_FILTERED}')/root/item[{{}}]")
        kind = row.cells["type"]
        if "from_file" in kind or "${" in kind or found is None:
            return
        for table, name in found.columns:
            if table == _FILTERED and name not in self._columns:
                self._faults.append(
                    user_error(UNKNOWN_FILTER_COLUMN, where, expression=cell, column=name)
                )

    def _trigger(self, row: Row, cell: str) -> None:
        """``${a}`` or ``${a}, ${b}``: questions a person sees; and the row itself must be one of its name."""
        where = row.place("trigger")
        if not _TRIGGER.fullmatch(cell):
            self._faults.append(user_error(BROKEN_REFERENCE, where, reference=cell))
            return
        if not self._references(cell, where):
            return
        self._unique(row.cells.get("name", ""), row.place("name"))
        for name in REFERENCE.findall(cell):
            for other in self._survey.named.get(name, ()):
                if not is_seen(other):
                    remedy = "Nombre una pregunta que se ve y se responde."
                    value = f"${{{name}}}"
                    self._faults.append(
                        user_error(UNSUPPORTED_VALUE, where, value=value, remedy=remedy)
                    )

    def _unique(self, name: str, where: str) -> bool:
        rows = self._survey.named.get(name, [])
        if len(rows) > 1:
            numbers = ", ".join(str(row.number) for row in rows)
            self._faults.append(user_error(AMBIGUOUS_REFERENCE, where, name=name, rows=numbers))
        return len(rows) < 2

    def expression(self, cell: str, path: str, where: str, within: str = "{}") -> Expression | None:
        """Check one expression of the node `path`; None when it is wrong.

        Args:
            within: what pyxform puts around it, for ``{}``.
        """
        if not self._references(cell, where) or not self._functions(cell, where):
            return None
        if not _is_xpath(cell):
            self._faults.append(
                user_error(BAD_EXPRESSION, where, expression=cell, detail=diagnosis(cell))
            )
            return None
        # What was told already stands for the form itself.
        # Blanks around a path, as pyxform puts them: ${a}-1 is a subtraction, no question «a-1».
        source = REFERENCE.sub(lambda match: f" {self._paths.get(match[1], _ROOT)} ", cell)
        try:
            found = parse(within.format(source.translate(_SMART)), path, where)
        except UserError as error:
            if "expression" in error.values:
                error.values["expression"] = cell
            if error.problem is BAD_EXPRESSION:
                error.values["detail"] = diagnosis(cell)
            self._faults.append(error)
            return None
        known = {*self._paths.values(), *self._survey.paths, _ROOT}
        told = self._survey.named.keys() - self._paths.keys()
        for reference in found.references:
            name = reference.path.rpartition("/")[2]
            if reference.path not in known and name not in told:
                self._faults.append(
                    user_error(UNKNOWN_REFERENCE, where, expression=cell, path=name)
                )
                return None
        return found

    def _references(self, cell: str, where: str) -> bool:
        good = True
        for braced in _BRACED.findall(cell):
            match = REFERENCE.fullmatch(braced)
            if match:
                good = self._reference(match[1], cell, where) and good
            elif "{" in braced:  # a lone dollar sign is money
                self._faults.append(user_error(BROKEN_REFERENCE, where, reference=braced))
                good = False
        return good

    def _reference(self, name: str, cell: str, where: str) -> bool:
        if name.startswith(_LAST_SAVED):
            remedy = "Lo guardado antes no se consulta: use bind::jc:known o pulldata()."
            value = f"${{{name}}}"
            self._faults.append(user_error(UNSUPPORTED_VALUE, where, value=value, remedy=remedy))
            return False
        if name in self._survey.named or name in self._paths or name in _META:
            return self._unique(name, where)
        near = get_close_matches(name, self._paths, n=1, cutoff=0.7)
        self._faults.append(
            user_error(MISSPELT_REFERENCE, where, expression=cell, path=name, near=near[0])
            if near
            else user_error(UNKNOWN_REFERENCE, where, expression=cell, path=name)
        )
        return False

    def _functions(self, cell: str, where: str) -> bool:
        good = True
        for name in dict.fromkeys(_CALL.findall(_LITERAL.sub("''", cell))):
            if name in _KNOWN:
                continue
            good = False
            if name in FUNCTIONS_INSTEAD:
                remedy = FUNCTIONS_INSTEAD[name]
                error = user_error(UNSUPPORTED_FUNCTION, where, function=name, remedy=remedy)
            else:
                near = get_close_matches(name, KNOWN_FUNCTIONS, n=3) or _COMMON
                allowed = ", ".join(f"{one}()" for one in near)
                error = user_error(UNKNOWN_FUNCTION, where, function=name, allowed=allowed)
            self._faults.append(error)
        for pattern in _patterns(cell):
            try:
                compiled_pattern(pattern)
            except re.error as error:
                detail = f"revise cerca del carácter {(error.pos or 0) + 1}"
                self._faults.append(user_error(BAD_PATTERN, where, pattern=pattern, detail=detail))
                good = False
        return good


_LEADING = re.compile(r"\s*(?:and|or|div|mod)\s+[^\s/|)]")
_SLIPS = (
    (re.compile(r"==+"), "«==» no existe: escriba «=»"),
    (re.compile(r"&&?"), "«&» no existe: escriba «and»"),
    (re.compile(r"\|\|"), "«||» no existe: escriba «or»"),
    (re.compile(r"<>"), "«<>» no existe: escriba «!=»"),
    (re.compile(r"=>|=<|><"), "los signos van al revés: escriba «>=» o «<=»"),
    (re.compile(r"!(?!=)"), "«!» no existe: escriba not(...)"),
    (re.compile(r"%"), "«%» no existe: escriba «mod», o divida con «div 100»"),
    (re.compile(r"\)\s*[\w$'\"(.]"), "falta un signo o una coma después de «)»"),
    (re.compile(r"\d,\d"), "el decimal lleva punto: 2.5"),
    (re.compile(r"(?:[-+*=<>,(]|\b(?:and|or|div|mod))\s*$"), "falta algo al final"),
    (re.compile(r"^\s*(?:[+*=<>,)]|(?:and|or|div|mod)\b)"), "falta algo al principio"),
    (re.compile(r"[=<>+*]\s*(?:[=<>*]|and\b|or\b|\))"), "falta algo entre dos signos"),
)


def _is_xpath(cell: str) -> bool:
    """Whether an expression parses with its references apart: side by side they would make one path."""
    bare = cell.translate(_SMART)
    if _LEADING.match(bare):
        return False
    try:
        etree.XPath(REFERENCE.sub("/x", bare) if "}/" in bare else REFERENCE.sub("(/x)", bare))
    except etree.XPathSyntaxError:
        return False
    return True


def diagnosis(cell: str) -> str:
    """In Spanish, what is most likely wrong with an expression that is no XPath."""
    bare = REFERENCE.sub("a", _LITERAL.sub("''", cell.translate(_SMART)))
    if "'" in bare.replace("''", "") or '"' in bare:
        return "falta cerrar unas comillas"
    for opening, closing in ("()", "[]"):
        balance = bare.count(opening) - bare.count(closing)
        if balance:
            return f"falta «{closing}»" if balance > 0 else f"sobra «{closing}» o falta «{opening}»"
    for slip, said in _SLIPS:
        if slip.search(bare):
            return said
    return "dos partes van seguidas sin un signo entre ellas, o hay un signo de más"


def _patterns(cell: str) -> Iterator[str]:
    return (match[2] for match in _REGEX.finditer(cell))


def _computes(cell: str) -> bool:
    return cell.isdigit() or "${" in cell or "(" in cell or any(sign in cell for sign in "+*/")
