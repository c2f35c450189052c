"""Jobs that come again and again: in this process, and as the command that ``make run`` starts."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from api.models import AnsweredRequest
from config.jobs import DAILY, JOBS, OFTEN, Job, Rounds, forget_sessions
from tests.factories import make_user
from tests.house.tree import ROOT
from tests.imports.processes import copy_database

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def counting(calls: list[str], name: str, every: timedelta) -> Job:
    return Job(name, every, lambda now: calls.append(name))


def test_jobs_have_names_of_their_own() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)


def test_job_is_done_when_it_is_due() -> None:
    calls: list[str] = []
    rounds = Rounds((counting(calls, "often", OFTEN), counting(calls, "daily", DAILY)))

    assert rounds.run(NOW) == ["often", "daily"]
    assert rounds.run(NOW + timedelta(seconds=4)) == []
    assert rounds.run(NOW + timedelta(seconds=5)) == ["often"]
    assert rounds.run(NOW + timedelta(hours=23)) == ["often"]
    assert rounds.run(NOW + timedelta(hours=24)) == ["often", "daily"]
    assert calls == ["often", "daily", "often", "often", "often", "daily"]


def test_new_process_does_not_repeat_what_is_rare() -> None:
    jobs = (counting([], "often", OFTEN), counting([], "daily", DAILY))
    Rounds(jobs).run(NOW)

    assert Rounds(jobs).run(NOW + timedelta(seconds=1)) == ["often"]
    other = Rounds(jobs)
    assert other.run(NOW + timedelta(days=1)) == ["often", "daily"]


def test_job_that_fails_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    calls: list[str] = []

    def fail(_now: Any) -> None:
        raise ValueError("no")

    rounds = Rounds((Job("broken", OFTEN, fail), counting(calls, "often", OFTEN)))

    assert rounds.run(NOW) == ["broken", "often"]
    assert (calls, len(caplog.records), rounds.run(NOW)) == (["often"], 1, [])
    assert "broken" in caplog.text


def test_two_processes_never_work_at_once(tmp_path: Any, settings: Any) -> None:
    """While one is at a job, another process goes home; a killed one leaves no lock behind."""
    settings.DATA_DIR = tmp_path
    calls: list[str] = []
    jobs = (counting(calls, "often", OFTEN),)
    code = "import sys, time; print('here', flush=True); sys.stdin.readline()"
    lock = {
        "sqlite": "import sqlite3; lock = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "lock.execute('BEGIN EXCLUSIVE')",
        "postgresql": "import psycopg; lock = psycopg.connect(sys.argv[1], autocommit=True);"
        "lock.execute('SELECT pg_advisory_lock(%s)', [0x6A6F6273])",
    }[connection.vendor]
    target = str(tmp_path / "jobs.lock") if connection.vendor == "sqlite" else _address()
    other = subprocess.Popen(
        [sys.executable, "-c", code.replace("; print", f"; {lock}; print"), target],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert other.stdout
    assert other.stdout.readline() == b"here\n"

    assert Rounds(jobs).run(NOW) == []
    other.kill()
    other.communicate()
    assert Rounds(jobs).run(NOW) == ["often"]
    assert calls == ["often"]


def _address() -> str:
    given = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    return " ".join(f"{name}='{given[name]}'" for name in names if given.get(name))


def test_sessions_that_ran_out_are_deleted(admin_client: Any) -> None:
    kept = admin_client.session.session_key
    Session.objects.create(session_key="old", session_data="", expire_date=NOW - timedelta(days=1))
    forget_sessions(NOW)

    assert list(Session.objects.values_list("session_key", flat=True)) == [kept]


def test_command_does_everything_once(capsys: pytest.CaptureFixture[str]) -> None:
    old = NOW - timedelta(days=2)
    AnsweredRequest.objects.create(user=make_user("x"), key="k", fingerprint="f", created_at=old)

    call_command("run_jobs", "--once")

    assert capsys.readouterr().out.splitlines() == [job.name for job in JOBS]
    assert not AnsweredRequest.objects.exists()
    call_command("run_jobs", "--once")
    assert capsys.readouterr().out.splitlines() == ["webhook events", "webhook deliveries", "reports by mail"]


@pytest.mark.django_db(transaction=True)  # inside a transaction nothing can be copied
def test_process_ends_soon_when_told_to(tmp_path: Any) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_VERSION"}
    environment |= {"DATA_DIR": str(tmp_path), "DATABASE_URL": ""}
    manage = [sys.executable, str(ROOT / "manage.py")]
    if connection.vendor == "sqlite":
        copy_database(tmp_path / "db.sqlite3")
    else:
        subprocess.run([*manage, "migrate", "--verbosity", "0"], env=environment, check=True)
    process = subprocess.Popen([*manage, "run_jobs"], env=environment, stderr=subprocess.PIPE, text=True)
    lock = tmp_path / "jobs.lock"
    while process.poll() is None and not lock.exists():
        time.sleep(0.1)
    time.sleep(1)  # in the middle of a pause

    process.terminate()
    _said, complaints = process.communicate(timeout=15)
    assert (process.returncode, complaints) == (0, "")
