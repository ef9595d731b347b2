"""The bootstrap: what it says when a machine lacks something it may not install."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def dev() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dev", ROOT / "packaging" / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def answers(*values: bool) -> Callable[..., bool]:
    """A `succeeds` that answers these, then False."""
    left = list(values)
    return lambda *_command: left.pop(0) if left else False


def test_an_old_python_is_named_with_what_is_needed(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev.sys, "version_info", (3, 9, 2))
    with pytest.raises(dev.SetupError, match=r"3\.11.*3\.9\.2"):
        dev.check_python()


def test_missing_libraries_are_named_exactly_when_nobody_may_install_them(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "administrator", lambda: None)
    with pytest.raises(dev.SetupError) as caught:
        dev.install_system_packages(["libegl1", "libxcb-cursor0"], "la ventana")
    assert "apt-get install -y libegl1 libxcb-cursor0" in str(caught.value)


def test_a_library_that_is_not_there_gives_its_debian_package(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev.sys, "platform", "linux")
    monkeypatch.setattr(dev, "LIBRARIES", {"libnowhere.so.9": "libnowhere9"})
    assert dev.missing_libraries(with_screen=False) == ["libnowhere9"]


def test_without_venv_and_pip_and_without_rights_the_packages_to_install_are_named(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dev, "PYTHON", tmp_path / "none")
    monkeypatch.setattr(dev, "VENV", tmp_path / "venv")
    monkeypatch.setattr(dev, "administrator", lambda: None)
    monkeypatch.setattr(dev, "succeeds", answers(False, False))
    with pytest.raises(dev.SetupError, match="python3-venv python3-pip"):
        dev.make_venv()


def test_a_failed_installation_ends_with_a_sentence_and_status_one(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_arguments: object, **_named: object) -> None:
        raise dev.SetupError("Falta algo.")

    monkeypatch.setattr(dev, "setup", refuse)
    monkeypatch.setattr(dev.sys, "argv", ["dev.py", "setup"])
    assert dev.main() == 1
    assert capsys.readouterr().err == "Falta algo.\n"


def test_what_the_tests_write_to_memory_is_gone_with_them(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(dev, "MEMORY", tmp_path)
    monkeypatch.setattr(dev, "MEMORY_WANTED", 1)
    with dev.quick_files() as places:
        folder = Path(places["TMPDIR"])
        assert folder.parent == tmp_path
        (folder / "left").mkdir()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lacking", ["room", "memory", "folder", "freedom"])
def test_a_machine_without_room_in_memory_tests_on_its_disk(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lacking: str
) -> None:
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(dev, "MEMORY", tmp_path / "none" if lacking == "folder" else tmp_path)
    monkeypatch.setattr(dev, "MEMORY_WANTED", 1 << 60 if lacking == "room" else 1)
    if lacking == "memory":
        monkeypatch.setattr(dev, "free_memory", lambda: 0)
    if lacking == "freedom":
        monkeypatch.setenv("TMPDIR", str(tmp_path))
    with dev.quick_files() as places:
        assert places == {}


def test_every_requirement_is_pinned_with_hashes_and_no_index_address() -> None:
    locks = sorted((ROOT / "packaging" / "requirements").glob("*.txt"))
    assert {lock.name for lock in locks} == {"field.txt", "central.txt", "dev.txt"}
    for lock in locks:
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index-url" not in text
        blocks = re.split(r"\n(?=[a-z0-9])", text.strip())
        for block in blocks:
            if not block.startswith("#"):
                assert re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==", block), block[:60]
                assert "--hash=sha256:" in block, block[:60]


def test_a_field_laptop_never_installs_the_server() -> None:
    field = (ROOT / "packaging" / "requirements" / "field.txt").read_text(encoding="utf-8")
    for package in ("fastapi", "sqlalchemy", "uvicorn", "alembic", "psycopg"):
        assert not re.search(rf"^{package}\b", field, re.MULTILINE), package


def test_the_use_cases_run_without_the_window() -> None:
    """`juntos_campo.app` must not load Qt: the command line and the server's tests have none."""

    code = (
        "import pkgutil, importlib, sys, juntos_campo.app as app\n"
        "for one in pkgutil.iter_modules(app.__path__):\n"
        "    importlib.import_module(f'juntos_campo.app.{one.name}')\n"
        "sys.exit(any(name.startswith('PySide6') for name in sys.modules))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
