"""Renews all locks: hashes stay, no host and no path of this machine gets in (``make lock``)."""

import json
import os
import subprocess
import sys

from scripts.environment import ROOT

COMPILE = [
    "uv", "pip", "compile", "-q", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate",
    "--no-emit-index-url", "--no-emit-find-links",
]  # fmt: skip


def main(arguments: list[str]) -> None:
    """``arguments`` go to uv: --upgrade, --upgrade-package NAME."""
    environment = os.environ | {"UV_CUSTOM_COMPILE_COMMAND": "make lock"}
    for name in ("base", "test", "tools"):
        same_versions = ["-c", "requirements/base.txt"] if name == "test" else []
        paths = [f"requirements/{name}.in", "-o", f"requirements/{name}.txt"]
        subprocess.run([*COMPILE, *arguments, *same_versions, *paths], cwd=ROOT, env=environment, check=True)
    subprocess.run(["npm", "install", "--package-lock-only", "--silent"], cwd=ROOT, check=True)
    _strip_addresses()


def _strip_addresses() -> None:
    """npm notes where to fetch and whom to fund; the hash alone decides what is installed."""
    path = ROOT / "package-lock.json"
    lock = json.loads(path.read_text())
    for package in lock["packages"].values():
        package.pop("resolved", None)
        package.pop("funding", None)
    path.write_text(json.dumps(lock, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
