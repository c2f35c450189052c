"""The start as a person meets it: a real process, real children, a database of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection

import pytest
from django.db import connection

from tests.house.tree import ROOT
from tests.imports.processes import copy_database

PATIENCE = 90


def _start(tmp_path, **variables):
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_VERSION"}
    environment |= {"DATA_DIR": str(tmp_path / "data"), "STATIC_ROOT": str(tmp_path / "static"), "DATABASE_URL": ""}
    environment |= {"DEMO": "0", "DEBUG": "1", "WEB_WORKERS": "1"} | variables
    command = [sys.executable, "-m", "config.run"]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def _status(port, path):
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def _read_until(process, words):
    lines = []
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        line = process.stdout.readline()
        lines.append(line)
        if words in line or not line:
            break
    return "".join(lines)


@pytest.fixture
def migrated(tmp_path, django_db_setup, django_db_blocker):
    """A start on a database that has its tables already takes a quarter of the time."""
    if connection.vendor == "sqlite":
        (tmp_path / "data").mkdir()
        with django_db_blocker.unblock():
            copy_database(tmp_path / "data" / "db.sqlite3")


@pytest.fixture
def running(tmp_path):
    port = _free_port()
    process = _start(tmp_path, PORT=str(port))
    said = _read_until(process, "runs on")
    yield process, port, said
    process.terminate()  # not killed: it ends its children first
    process.stdout.close()
    process.wait(PATIENCE)


def test_run_serves_pages_and_ends_with_its_children(running):
    process, port, said = running
    assert f"http://127.0.0.1:{port}/" in said
    assert _status(port, "/login/") == 200

    process.send_signal(signal.SIGTERM)

    assert process.wait(PATIENCE) == 0
    with pytest.raises(ConnectionRefusedError):
        _status(port, "/login/")


def _workers(word="db_worker"):
    # -ww: cut to a width of COLUMNS, or of 80, a command that begins with a long path would lose its last word.
    command = ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {(int(line.split()[1]), int(line.split()[0])) for line in listed.splitlines() if f" {word} " in line}


def _worker_of(process, *, other_than=0, word="db_worker"):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for parent, worker in _workers(word):
            if parent == process.pid and worker != other_than:
                return worker
        time.sleep(0.1)
    raise AssertionError("no worker runs")


def test_worker_that_was_killed_is_started_again(migrated, running):
    process, port, _said = running
    killed = _worker_of(process)

    os.kill(killed, signal.SIGKILL)

    assert _read_until(process, "worker").endswith("The worker ended by itself (-9): starting it again.\n")
    assert _worker_of(process, other_than=killed) != killed
    assert _status(port, "/login/") == 200
    assert process.poll() is None


def test_timer_of_the_jobs_is_started_again_and_ends_with_the_rest(migrated, running):
    process, _port, _said = running
    killed = _worker_of(process, word="run_jobs")

    os.kill(killed, signal.SIGKILL)

    assert _read_until(process, "timer").endswith("The timer ended by itself (-9): starting it again.\n")
    again = _worker_of(process, other_than=killed, word="run_jobs")
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    assert again not in {pid for _parent, pid in _workers("run_jobs")}


def test_worker_that_ends_again_and_again_ends_everything(migrated, running):
    process, port, _said = running
    killed = 0
    for _time in range(6):
        killed = _worker_of(process, other_than=killed)
        os.kill(killed, signal.SIGKILL)

    assert _read_until(process, "stopping").endswith(
        "The worker ended by itself 6 times within 60 seconds (-9): stopping.\n"
    )
    assert process.wait(PATIENCE) == 1
    with pytest.raises(ConnectionRefusedError):
        _status(port, "/login/")


def test_run_says_in_one_sentence_that_the_port_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = _start(tmp_path, PORT=str(port))
        said, _nothing = process.communicate(timeout=PATIENCE)

    assert process.returncode == 2
    assert said == (
        f"Cannot listen on 127.0.0.1:{port} (Address already in use). Choose another port: PORT=8001 make run\n"
    )
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("port", ["http", "0", "70000"])
def test_run_says_what_a_port_is(tmp_path, port):
    process = _start(tmp_path, PORT=port)
    said, _nothing = process.communicate(timeout=PATIENCE)

    assert (process.returncode, said) == (2, f"PORT must be a number from 1 to 65535, not '{port}'.\n")
