"""The browser of the page tests: Debian's Chromium, found or installed.

``python -m scripts.browser`` makes sure that there is one. Tests ask :func:`find_chromium` where it lies.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL = ("apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium")


def find_chromium() -> str | None:
    """Path of the browser: the variable CHROMIUM, or the first known name on the PATH."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def launch_arguments() -> list[str]:
    """As root (containers, CI) Chromium starts only without its own sandbox."""
    return ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


def main() -> None:
    if find_chromium() is not None:
        return
    if shutil.which("apt-get") is None:
        sys.exit("The page tests need Chromium: install it, or set CHROMIUM to the path of a Chromium or Chrome.")
    if os.geteuid() != 0:
        sys.exit(f"The page tests need Chromium. Run: sudo {' '.join(INSTALL)}")
    print(f"The page tests need Chromium, installing Debian's package: {' '.join(INSTALL)}", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (("apt-get", "update", "-qq"), INSTALL):
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
    if find_chromium() is None:
        sys.exit(f"Chromium could not be installed. Run: {' '.join(INSTALL)}")


if __name__ == "__main__":
    main()
