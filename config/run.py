"""``make run``: brings the installation up to date, then serves pages, background tasks and jobs until Ctrl-C.

Exit code 0 after Ctrl-C or SIGTERM, 1 where the web server ended by itself or another child again and again, 2 where
nothing could be started.
"""

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connections

from config.environment import flag, number

PATIENCE = 15  # seconds that a child has to finish what it is doing
MOST_RESTARTS, RESTART_WINDOW = 5, 60  # of one child, within so many seconds
# Served as they lie in their packages: compressing these 40 MB would take half a minute at the first start.
RARELY_ASKED = ["drf_spectacular_sidecar", "rest_framework"]


class Stop:
    """Set by SIGINT and SIGTERM; the loop below looks at it."""

    asked = False

    def __call__(self, _signal: int, _frame: FrameType | None) -> None:
        self.asked = True


def main() -> int:
    stop = Stop()
    for number_of_signal in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number_of_signal, stop)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    host, port = os.environ.get("HOST") or "127.0.0.1", _port()
    if port is None or not _is_free(host, port):
        return 2
    django.setup()
    try:
        _prepare()
    except CommandError as error:
        print(f"Set-up stopped: {error}", file=sys.stderr)
        return 2
    if stop.asked:
        return 0
    return _serve(host, port, stop)


def _port() -> int | None:
    try:
        port = number("PORT", default=8000)
    except ValueError:
        port = 0
    if 0 < port < 65536:
        return port
    print(f"PORT must be a number from 1 to 65535, not {os.environ['PORT']!r}.", file=sys.stderr)
    return None


def _is_free(host: str, port: int) -> bool:
    """Whether we may listen there. The server itself would share a port in silence with whoever has it."""
    try:
        with socket.create_server((host, port)):
            return True
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        print(f"Cannot listen on {host}:{port} ({reason}). Choose another port: PORT=8001 make run", file=sys.stderr)
        return False


# --- before the start -------------------------------------------------------------------------------------------------


def _prepare() -> None:
    print(f"Data: {settings.DATA_DIR}", flush=True)
    call_command("migrate", interactive=False, verbosity=0)
    _collect_static()
    _fill_with_demo()
    connections.close_all()


def _collect_static() -> None:
    """Compressing takes seconds: only where a file or a package changed since the last time."""
    mark = settings.STATIC_ROOT / ".fingerprint"
    now = _fingerprint()
    if mark.exists() and mark.read_text() == now:
        return
    print("Collecting static files", flush=True)
    there = settings.STATIC_ROOT.exists()
    call_command("collectstatic", interactive=False, verbosity=0, clear=there, ignore_patterns=RARELY_ASKED)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text(now)


def _fingerprint() -> str:
    base = settings.BASE_DIR
    files = [base / "requirements" / "base.txt"]
    files += sorted(path for path in (base / "static").rglob("*") if path.is_file())
    state = [(path.relative_to(base).as_posix(), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return hashlib.sha256(json.dumps([settings.DEBUG, state]).encode()).hexdigest()


def _fill_with_demo() -> None:
    """An installation without a single school gets the demo city, unless DEMO=0."""
    if not flag("DEMO", default=True) or apps.get_model("schools", "School").objects.exists():
        return
    print("No school yet: making the demo city (DEMO=0 leaves the database empty)", flush=True)
    started = time.monotonic()
    # A process of its own: what it needs of memory is given back before the first page is served.
    made = subprocess.run([sys.executable, "manage.py", "demo"], cwd=settings.BASE_DIR, check=False)
    if made.returncode:
        raise CommandError(f"the demo city could not be made ({made.returncode})")
    print(f"Demo city ready after {time.monotonic() - started:.0f} s", flush=True)


# --- serving ----------------------------------------------------------------------------------------------------------


def _serve(host: str, port: int, stop: Stop) -> int:
    worker = Child("worker", _manage("db_worker", "--no-startup-delay", "--no-reload"), before=_release_imports)
    web, children = _start(_web_command(host, port)), [worker]
    try:
        if _wait_for_web(host, port, web, stop):
            children.append(Child("timer", _manage("run_jobs")))  # not before: people wait for the pages
            _announce(host, port)
        while not stop.asked:
            if web.poll() is not None:
                print(f"The web server ended by itself ({web.returncode}): stopping.", file=sys.stderr)
                return 1
            if not all(child.keep_running() for child in children):
                return 1
            time.sleep(0.2)
        return 0
    finally:
        _end([web, *(child.process for child in children)])


def _release_imports() -> None:
    """Nobody works at anything now: what the last worker left unfinished is given back."""
    try:
        call_command("release_imports")
    except DatabaseError as error:
        print(f"Interrupted imports could not be released: {error}", file=sys.stderr)
    connections.close_all()


class Child:
    """A process beside the pages. One that ends, as a file too large for the memory may do it, is replaced.

    ``before`` is called before each start.
    """

    def __init__(self, name: str, command: list[str], *, before: Callable[[], None] = lambda: None) -> None:
        self.name, self._command, self._before = name, command, before
        self.process = self._begin()
        self._ends: list[float] = []

    def keep_running(self) -> bool:
        """Start it again where it ended; False where it ended too often."""
        if self.process.poll() is None:
            return True
        now = time.monotonic()
        self._ends = [end for end in self._ends if now - end < RESTART_WINDOW] + [now]
        ended = f"The {self.name} ended by itself"
        if len(self._ends) > MOST_RESTARTS:
            often = f"{len(self._ends)} times within {RESTART_WINDOW} seconds"
            print(f"{ended} {often} ({self.process.returncode}): stopping.", file=sys.stderr)
            return False
        print(f"{ended} ({self.process.returncode}): starting it again.", file=sys.stderr)
        self.process = self._begin()
        return True

    def _begin(self) -> subprocess.Popen[bytes]:
        self._before()
        return _start(self._command)


def _web_command(host: str, port: int) -> list[str]:
    workers = number("WEB_WORKERS", default=min(2, os.cpu_count() or 1))
    threads = number("WEB_THREADS", default=4)
    options = {"--host": host, "--port": port, "--workers": workers, "--blocking-threads": threads}
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--log-level", "warning"]
    command += [str(part) for pair in options.items() for part in pair]
    return [
        *command,
        "--workers-kill-timeout",
        str(PATIENCE - 5),
        "--respawn-failed-workers",
        "config.wsgi:application",
    ]


def _manage(*command: str) -> list[str]:
    return [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), *command, "--verbosity", "0"]


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    """A session of its own: Ctrl-C reaches us alone, and each child gets exactly one signal."""
    return subprocess.Popen(command, cwd=settings.BASE_DIR, start_new_session=True)


def _wait_for_web(host: str, port: int, web: subprocess.Popen[bytes], stop: Stop) -> bool:
    """True as soon as somebody answers; False where we were stopped or the web server ended before."""
    target = "127.0.0.1" if host == "0.0.0.0" else host
    while not stop.asked and web.poll() is None:
        try:
            with socket.create_connection((target, port), timeout=1):
                return True
        except OSError:
            time.sleep(0.1)
    return False


def _announce(host: str, port: int) -> None:
    print(f"\nKlassensatz runs on http://{host}:{port}/ (Ctrl-C ends it)", flush=True)
    path = settings.DATA_DIR / "demo-logins.json"
    if path.exists():
        print("\nDemo logins:")
        for login in json.loads(path.read_text(encoding="utf-8")):
            print(f"  {login['role']:<24} {login['user']:<16} {login['password']}")
        print(flush=True)


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + PATIENCE
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


if __name__ == "__main__":
    sys.exit(main())
