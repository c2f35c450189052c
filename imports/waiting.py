"""Whether anybody does the work that waits for the worker."""

from datetime import datetime, timedelta

from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

#: A worker looks for work every second; so long may it be busy with starting up.
PATIENCE = timedelta(seconds=15)
#: A task that is said to run for longer was left behind by a worker that is gone.
_LONGEST = timedelta(minutes=30)


def is_worker_missing(now: datetime) -> bool:
    """Whether a task waits in vain: for more than ``PATIENCE``, and no other one is being worked on."""
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY, enqueued_at__lt=now - PATIENCE)
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__gt=now - _LONGEST)
    return waiting.exists() and not running.exists()
