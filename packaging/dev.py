"""From a bare machine to the running program or its checks, with nothing but Python.

    python3 packaging/dev.py demo     the program on demonstration data (--headless --out DIR: no screen)
    python3 packaging/dev.py test     lint, types, import contracts and every test
    python3 packaging/dev.py setup    only the virtual environment (.venv/) with the commands

Standard library only. Works on Debian/Ubuntu and Windows; elsewhere it says what it could not do.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
REQUIREMENTS = ROOT / "packaging" / "requirements"
OLDEST = (3, 11)
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")

# Shared libraries the window needs on Linux, and the Debian/Ubuntu packages that hold them.
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
}
SCREEN_LIBRARIES = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
}


# Where Linux keeps files in memory, and the bytes the tests may need there and of memory.
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
MEMORY_WANTED = 3 << 30


class SetupError(Exception):
    """Something the machine lacks; the text says exactly what to do."""


def say(text: str) -> None:
    print(f"[juntos-campo] {text}", flush=True)


def run(*command: str | Path, **environment: str) -> None:
    subprocess.run(
        [str(part) for part in command], cwd=ROOT, check=True, env={**os.environ, **environment}
    )


def succeeds(*command: str) -> bool:
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def administrator() -> list[str] | None:
    """Prefix of a command that may install packages without asking; None if nobody may."""
    if WINDOWS or shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    return ["sudo", "-n"] if succeeds("sudo", "-n", "true") else None


def install_system_packages(packages: list[str], purpose: str) -> None:
    """Install Debian packages, or say exactly which command a person must run."""
    prefix = administrator()
    if prefix is None:
        raise SetupError(
            f"Faltan paquetes del sistema para {purpose}. Instálelos y repita:\n"
            f"    sudo apt-get update && sudo apt-get install -y {' '.join(packages)}"
        )
    say(f"Instalando paquetes del sistema para {purpose}: {' '.join(packages)}")
    quiet = ["-y", "-qq", "--no-install-recommends"]
    base = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    run(*base, "update", "-qq")
    run(*base, "install", *quiet, *packages)


def check_python() -> None:
    if sys.version_info < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        found = ".".join(map(str, sys.version_info[:3]))
        raise SetupError(
            f"Hace falta Python {wanted} o más nuevo; este es {found}.\n"
            "Instale uno más nuevo y repita el mismo mandato con él."
        )


def venv_is_sound() -> bool:
    return PYTHON.exists() and succeeds(str(PYTHON), "-m", "pip", "--version")


def make_venv() -> None:
    """Create .venv; where Debian has split off venv and pip, bring them or do without."""
    if venv_is_sound():
        return
    say("Creando el entorno virtual .venv")
    if succeeds(sys.executable, "-m", "venv", "--clear", str(VENV)) and venv_is_sound():
        return
    if administrator() is not None:
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        try:
            install_system_packages([version], "el entorno virtual")
        except subprocess.CalledProcessError:
            install_system_packages(["python3-venv"], "el entorno virtual")
        if succeeds(sys.executable, "-m", "venv", "--clear", str(VENV)) and venv_is_sound():
            return
    bare = succeeds(sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV))
    if bare and succeeds(sys.executable, "-m", "pip", "--version"):
        say("Este Python no trae ensurepip; se usa el pip del sistema para llenar .venv")
        run(sys.executable, "-m", "pip", "--python", PYTHON, "install", "--quiet", "pip")
        if venv_is_sound():
            return
    raise SetupError(
        "Este Python no puede crear entornos virtuales. Instale lo que falta y repita:\n"
        "    sudo apt-get update && sudo apt-get install -y python3-venv python3-pip"
    )


def install_packages(lock: str) -> None:
    """Install the pinned packages of `lock` and the project itself, unless already there."""
    wanted = REQUIREMENTS / lock
    fingerprint = hashlib.sha256(
        wanted.read_bytes() + (ROOT / "pyproject.toml").read_bytes() + sys.version.encode()
    ).hexdigest()
    stamp = VENV / f"installed-{lock}"
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    say(f"Instalando los paquetes fijados en packaging/requirements/{lock} (una sola vez)")
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(*pip, "--require-hashes", "-r", wanted)
    run(*pip, "--no-deps", "--no-build-isolation", "--no-index", "-e", ROOT)
    stamp.write_text(fingerprint)


def missing_libraries(with_screen: bool) -> list[str]:
    """Debian packages of the shared libraries that cannot be loaded."""
    if not sys.platform.startswith("linux"):
        return []
    wanted = {**LIBRARIES, **(SCREEN_LIBRARIES if with_screen else {})}
    missing = []
    for library, package in wanted.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing


def setup(lock: str, with_screen: bool) -> None:
    check_python()
    make_venv()
    install_packages(lock)
    missing = missing_libraries(with_screen)
    if missing:
        install_system_packages(missing, "la ventana")


def has_screen() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def demo(arguments: list[str]) -> int:
    headless = "--headless" in arguments or not has_screen()
    setup("central.txt", with_screen=not headless)
    if headless and "--headless" not in arguments:
        say("No hay pantalla: se recorre el día de campo sin ella (--headless).")
        arguments = ["--headless", *arguments]
    program = BIN / ("juntos-campo.exe" if WINDOWS else "juntos-campo")
    return subprocess.run(
        [str(program), "demo", *arguments], cwd=Path.cwd(), check=False
    ).returncode


def free_memory() -> int:
    """Bytes that programs can have without taking them from others; 0 where nobody says so."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(one.split()[1]) << 10 for one in lines if one.startswith("MemAvailable:"))


@contextmanager
def quick_files() -> Iterator[dict[str, str]]:
    """The environment in which temporary files stand in memory, where there is room; none of them is left.

    The tests force thousands of transactions to the disk, and none of them outlives its test: a fifth of the
    time of those that have a database goes to it. Who named a place for temporary files keeps it.
    """
    try:
        room = min(shutil.disk_usage(MEMORY).free, free_memory()) >= MEMORY_WANTED
        room = room and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC and "TMPDIR" not in os.environ
    except (AttributeError, OSError):  # another system
        room = False
    if not room:
        yield {}
        return
    with tempfile.TemporaryDirectory(
        prefix="juntos-campo-", dir=MEMORY, ignore_cleanup_errors=True
    ) as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user where we are root
        yield {"TMPDIR": folder}


def test(arguments: list[str]) -> int:
    setup("dev.txt", with_screen=False)
    python = str(PYTHON)
    # What Python and pytest compile (pytest its own way, for what a failed test says) is kept: it costs
    # every process twenty seconds otherwise.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    checks = (
        ("formato", [python, "-m", "ruff", "format", "--check", "--quiet", "."]),
        ("estilo", [python, "-m", "ruff", "check", "--quiet", "."]),
        ("tipos", [python, "-m", "mypy"]),
        ("contratos de importación", [str(BIN / "lint-imports"), "--no-logo"]),
    )
    # One process a core: the whole set is there in minutes also on a small machine. Each begins with a
    # stretch of files of its own, so that what the tests of a file share is made once.
    tests = [python, "-m", "pytest", "-q", "-n", "auto", "--dist", "worksteal"]
    tests += ["-o", "tmp_path_retention_policy=failed", *arguments]
    with ThreadPoolExecutor(1) as beside, quick_files() as places:
        # Each check has but one core; the other one compiles the tests, then begins with them.
        checked = beside.submit(
            lambda: [name for name, command in checks if not fine(name, command)]
        )
        outcome(python, "-m", "pytest", "--collect-only", "-qq", *arguments)
        say("Revisando: pruebas")
        environment = {**os.environ, **places}
        passed = subprocess.run(tests, cwd=ROOT, env=environment, check=False).returncode == 0
        failed = checked.result() + ([] if passed else ["pruebas"])
    say("Todo en orden." if not failed else f"Falló: {', '.join(failed)}")
    return 1 if failed else 0


def outcome(*command: str) -> subprocess.CompletedProcess[str]:
    """Run to its end in silence; what it said is in `stdout`."""
    return subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )


def fine(name: str, command: list[str]) -> bool:
    """Whether a check holds; what it said against it is told at once, and whole."""
    done = outcome(*command)
    if done.returncode == 0:
        say(f"Revisado: {name}")
        return True
    print(f"[juntos-campo] No pasa: {name}\n{done.stdout}", flush=True)
    return False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("job", choices=("demo", "test", "setup"))
    options, rest = parser.parse_known_args()
    try:
        if options.job == "demo":
            return demo(rest)
        if options.job == "test":
            return test(rest)
        setup("dev.txt", with_screen=has_screen())
        say(f"Listo. Los mandatos están en {BIN.relative_to(ROOT)}")
        return 0
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(
            f"No se pudo completar: {error.cmd[0]} terminó con {error.returncode}.", file=sys.stderr
        )
        return 1


if __name__ == "__main__":
    sys.exit(main())
