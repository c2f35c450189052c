"""What is done again and again without anybody asking: a table, and one round through it.

``manage.py run_jobs`` calls ``Rounds.run`` every few seconds. When a rare job last began stands in the cache, which
lies in the database: starting again repeats nothing.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django_tasks_db.models import DBTaskResult

from api.idempotency import KEPT_FOR, forget_answers
from audit.actor import Actor
from audit.enums import Channel
from audit.retention import delete_expired_details
from hooks.events import collect_events
from hooks.sending import send_due
from hooks.services import LOG_KEPT, forget_deliveries
from imports.services.retention import forget_old_files
from reports.sending import send_due as send_reports
from schools.privacy import remove_old_invitations, remove_old_tokens
from web.subscription_links import links_of

logger = logging.getLogger(__name__)
BY = Actor(None, Channel.COMMAND, via="run_jobs")
OFTEN, DAILY = timedelta(seconds=5), timedelta(days=1)
RESULTS_KEPT = timedelta(days=30)
#: Key of PostgreSQL's advisory lock: one process at a time goes through the table.
_ALONE = 0x6A6F6273


class Job(NamedTuple):
    """``work`` is called with the instant at which it begins, ``every`` so often."""

    name: str
    every: timedelta
    work: Callable[[datetime], Any]

    @property
    def is_rare(self) -> bool:
        return self.every >= timedelta(hours=1)


def forget_sessions(now: datetime) -> None:
    """Sessions that ran out, and what was noted about their browsers."""
    Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


def forget_results(now: datetime) -> None:
    """What became of background tasks, with the traces of those that failed."""
    DBTaskResult.objects.finished().filter(finished_at__lt=now - RESULTS_KEPT).delete()


JOBS = (
    Job("webhook events", OFTEN, collect_events),
    Job("webhook deliveries", OFTEN, send_due),
    Job("reports by mail", timedelta(minutes=5), lambda now: send_reports(now, links_of)),
    Job("log of webhook deliveries", DAILY, lambda now: forget_deliveries(now - LOG_KEPT)),
    Job("answers to repeated requests", DAILY, lambda now: forget_answers(now - KEPT_FOR)),
    Job("sessions that ran out", DAILY, forget_sessions),
    Job("uploaded files", DAILY, lambda now: forget_old_files(by=BY, now=now)),
    Job("invitations that ended", DAILY, lambda now: remove_old_invitations(by=BY, now=now)),
    Job("tokens that ran out", DAILY, lambda now: remove_old_tokens(by=BY, now=now)),
    Job("personal details of the audit trail", DAILY, lambda now: delete_expired_details(by=BY, now=now)),
    Job("results of background tasks", DAILY, forget_results),
)


class Rounds:
    """The memory of one process: when each job is due."""

    def __init__(self, jobs: tuple[Job, ...] = JOBS) -> None:
        self.jobs = jobs
        self._next: dict[str, datetime] = {}

    def run(self, now: datetime) -> list[str]:
        """Do what is due and give the names; nothing while another process is at it. A failure stops no other job."""
        with _alone() as is_alone:
            due = [job for job in self.jobs if is_alone and self._is_due(job, now)]
            for job in due:
                self._do(job, now)
        return [job.name for job in due]

    def _is_due(self, job: Job, now: datetime) -> bool:
        due = self._next.get(job.name, now)
        if due <= now and job.is_rare:  # by this process; another one may have been at it since
            due = self._next[job.name] = _next_of(job, now)
        return due <= now

    def _do(self, job: Job, now: datetime) -> None:
        self._next[job.name] = now + job.every
        try:
            if job.is_rare:
                # Before the work: what ends the process does so once a day, not at every start.
                cache.set(_key(job), now, timeout=None)
            job.work(now)
        except Exception:
            logger.exception("The job “%s” failed; it comes again after %s.", job.name, job.every)


def _next_of(job: Job, now: datetime) -> datetime:
    began: datetime | None = cache.get(_key(job))
    return began + job.every if began else now


def _key(job: Job) -> str:
    return f"job:{job.name}".replace(" ", "_")


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether no other process goes through the table. Given back by the system itself where a process dies."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ALONE])
            is_alone = bool(cursor.fetchone()[0])
        try:
            yield is_alone
        finally:
            if is_alone and connection.is_usable():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [_ALONE])
        return
    # A database file of its own: its lock works wherever SQLite does, and holds up nobody who writes.
    lock = sqlite3.connect(settings.DATA_DIR / "jobs.lock", timeout=0, isolation_level=None)
    try:
        yield _is_taken(lock)
    finally:
        lock.close()


def _is_taken(lock: sqlite3.Connection) -> bool:
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        return False
    return True
