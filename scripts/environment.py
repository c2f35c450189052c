"""Makes or refreshes the environment in .venv: ``python3 scripts/environment.py base|test``.

Runs on a bare Python (standard library only). Installs exactly what requirements/<name>.txt locks, checked by hash:
with uv (7 s) where the machine has it or the environment can get it, with pip (2 minutes) otherwise.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST = (3, 11)


def main(name: str) -> None:
    if sys.version_info < OLDEST:
        have = ".".join(map(str, sys.version_info[:3]))
        sys.exit(f"Python 3.11 or newer is needed, this is {have}: make PYTHON=python3.11 setup")
    if not PYTHON.exists():
        _make_venv()
    print(f"Installing requirements/{name}.txt into .venv", flush=True)
    install(ROOT / "requirements" / f"{name}.txt")


def install(locked: Path) -> None:
    """Install a locked file into the environment; the quickest installer at hand does it."""
    uv = _uv()
    if uv is None:
        command = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    else:
        command = [uv, "pip", "install", "-q", "--python", str(PYTHON)]
    _run([*command, "--require-hashes", "-r", str(locked)])


def locked_only(package: str) -> Path:
    """A file inside the environment with just one package's lines of requirements/tools.txt."""
    lines = (ROOT / "requirements" / "tools.txt").read_text().splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(f"{package}=="))
    end = next((at for at in range(start + 1, len(lines)) if not lines[at].startswith(" ")), len(lines))
    target = VENV / f"{package}.txt"
    target.write_text("\n".join(lines[start:end]) + "\n")
    return target


def _make_venv() -> None:
    uv = shutil.which("uv")
    if uv is not None:
        _run([uv, "venv", "-q", "--python", sys.executable, str(VENV)])
        return
    try:
        _run([sys.executable, "-m", "venv", str(VENV)])
    except subprocess.CalledProcessError:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit("This Python cannot make environments. On Debian: apt-get install python3-venv")


def _uv() -> str | None:
    """The machine's uv, the environment's own, or the one pip can bring into it (None without a wheel of it)."""
    found = shutil.which("uv") or shutil.which("uv", path=str(PYTHON.parent))
    if found is not None:
        return found
    command = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--only-binary", ":all:"]
    try:
        _run([*command, "--require-hashes", "-r", str(locked_only("uv"))])
    except subprocess.CalledProcessError:
        print("uv is not to be had here, going on with pip (slower)", flush=True)
    return shutil.which("uv", path=str(PYTHON.parent))


def _run(command: list[str]) -> None:
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except subprocess.CalledProcessError as error:
        sys.exit(f"Set-up stopped: {' '.join(error.cmd)} ended with {error.returncode}")
