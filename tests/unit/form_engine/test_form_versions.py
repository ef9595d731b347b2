"""Every version the program came with is kept as it was: old records and drafts are read by it."""

from __future__ import annotations

import hashlib
import tomllib

from juntos_campo import paths
from juntos_campo.domain.entities import FormDefinition
from juntos_campo.form_engine.form_files import EARLIER, forms_in
from juntos_campo.form_engine.markdown import table_lines
from juntos_campo.form_engine.versions import version_order

MANIFEST = paths.forms() / "versiones.toml"


def content_of(form: FormDefinition) -> str:
    """SHA-256 of what is the form: its tables and the CSV files it names, not the prose around them."""
    parts = [
        table_lines(form.text),
        *(f"{name}\n{form.tables[name]}" for name in sorted(form.tables)),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def test_a_form_that_changed_has_a_new_version_and_the_old_one_is_kept() -> None:
    noted: dict[str, dict[str, str]] = tomllib.loads(MANIFEST.read_text("utf-8"))
    current = forms_in(paths.forms())
    wrong = []
    for form in current:
        versions = noted.get(form.form_id, {})
        newest = max(versions, key=version_order, default="")
        sha, was = content_of(form), versions.get(form.version)
        line = f'"{form.version}" = "{sha}"'
        if was is None and newest and version_order(form.version) < version_order(newest):
            wrong.append(f"{form.file}: version {form.version} is older than {newest}: raise it")
        elif was is None:
            wrong.append(f"{form.file}: write in {MANIFEST.name} under [{form.form_id}]: {line}")
        elif was != sha:
            wrong.append(
                f"{form.file} changed: raise its version, put the file as it was in {EARLIER}/ "
                f"(if version {form.version} never left the house, its line becomes: {line})"
            )
    kept = {
        (form.form_id, form.version): content_of(form)
        for form in (*forms_in(paths.forms() / EARLIER), *current)
    }
    for form_id, versions in noted.items():
        for version, sha in versions.items():
            if (form_id, version) not in kept:
                wrong.append(f"{form_id} {version} is not in {EARLIER}/: records are read by it")
            elif kept[form_id, version] != sha:
                wrong.append(f"{form_id} {version} is not what the program came with")
    wrong += [
        f"{form_id} {version} in {EARLIER}/ is not in {MANIFEST.name}: "
        f'write under [{form_id}]: "{version}" = "{sha}"'
        for (form_id, version), sha in kept.items()
        if version not in noted.get(form_id, {})
    ]
    assert not wrong, "\n".join(dict.fromkeys(wrong))


def test_no_two_files_are_the_same_version_of_a_form() -> None:
    """Of two, one would be read by the other's records."""
    files = [*forms_in(paths.forms()), *forms_in(paths.forms() / EARLIER)]
    names = [(form.form_id, form.version) for form in files]
    assert sorted(names) == sorted(set(names))
    assert {form.file.rpartition(".")[0] for form in forms_in(paths.forms())} == {
        form.form_id for form in forms_in(paths.forms())
    }
