"""Several processes write to one SQLite file at once: every change arrives, none is refused."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from scripts.environment import ROOT
from tests.imports.processes import copy_database

WRITERS, CHANGES = 3, 25

PREPARE = """
from tests.factories import make_school, make_devices
school = make_school()
make_devices({writers}, school=school)
"""
WRITE = """
from datetime import timedelta
from audit.actor import Actor
from inventory.models import Device
from inventory.services import change_device
from tests.factories import DAY
device = Device.objects.order_by("pk")[{index}]
for n in range({changes}):
    status = "in_repair" if n % 2 == 0 else "in_service"
    change_device(device, by=Actor(None), on=DAY + timedelta(days=n + 1), status=status)
"""
COUNT = """
from audit.models import Entry
from inventory.models import DeviceState
print(DeviceState.objects.filter(superseded_at=None).count(), Entry.objects.filter(act__verb="device.change").count())
"""


@pytest.mark.django_db(transaction=True)
def test_writers_wait_for_each_other(tmp_path: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("about the one write lock of SQLite")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    environment |= {"DATA_DIR": str(tmp_path), "DATABASE_URL": ""}

    def start(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE)

    def output(process: subprocess.Popen[str]) -> str:
        text, _errors = process.communicate()
        assert process.returncode == 0
        return text

    copy_database(tmp_path / "db.sqlite3")
    output(start("shell", "-v0", "-c", PREPARE.format(writers=WRITERS)))
    writers = [start("shell", "-v0", "-c", WRITE.format(index=index, changes=CHANGES)) for index in range(WRITERS)]
    for writer in writers:
        output(writer)
    assert output(start("shell", "-v0", "-c", COUNT)).split() == [str(WRITERS * (CHANGES + 1)), str(WRITERS * CHANGES)]
