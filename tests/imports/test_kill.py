"""A process killed at any moment of an import leaves all of it or nothing, and a batch that can go on."""

import os
import random
import signal
import time
from functools import partial
from io import BytesIO

import pytest

from audit.actor import Actor
from audit.enums import Channel
from audit.models import Act, Entry
from imports import services
from imports.enums import BatchStatus, KindName
from imports.models import ImportBatch
from imports.services import taking
from inventory.models import Device, DeviceState
from reports.verification import verify
from tests.factories import make_model, make_school
from tests.imports.processes import end, settle, shared_database, start

pytestmark = pytest.mark.django_db(transaction=True)
ROWS, KILLS = 200, 50
BY = Actor(None, Channel.COMMAND)


@pytest.fixture
def database(tmp_path, transactional_db):
    with shared_database(tmp_path):
        make_school("Lindenschule", number="100100")
        make_model("iPad 9")
        yield


def upload(run):
    lines = [f"K{run}-{n};Apple;iPad 9;im Einsatz;12.03.2021;Lindenschule" for n in range(ROWS)]
    content = "\r\n".join(["Seriennummer;Hersteller;Modell;Status;Seit;Schule", *lines, ""]).encode()
    return services.upload_batch(BytesIO(content), name=f"{run}.csv", by=BY, kind=KindName.DEVICES)


def whole_import(batch):
    """What page and worker do one after the other."""
    batch = services.preview_batch(batch)
    batch = services.begin_taking(batch, by=BY, mode="all")
    services.take_batch(batch, by=BY)


def moments(folder):
    """Seconds from the start of a child to the beginning of its writing, and to its end."""
    begun, batch = folder / "begun", upload("probe")

    def watched():
        told = taking.wait_for_turn
        taking.wait_for_turn = lambda: (begun.write_text(str(time.time())), told())
        whole_import(batch)

    started = time.time()
    assert end(start(watched)) == 0
    return float(begun.read_text()) - started, time.time() - started


def left_behind(batch):
    """Devices, states and entries of a batch."""
    ours = Device.objects.filter(serial__startswith=f"K{batch.name.removesuffix('.csv')}-")
    states = DeviceState.objects.filter(device__in=ours)
    return ours.count(), states.count(), Entry.objects.filter(act=batch.act).count() if batch.act else 0


def go_on(batch, run):
    """Discard every second one; take the others again."""
    services.release_interrupted()
    batch.refresh_from_db()
    if run % 2:
        return services.discard_batch(batch, by=BY)
    if batch.status == BatchStatus.PREVIEWED:
        batch = services.begin_taking(batch, by=BY, mode="all")
    return services.take_batch(batch, by=BY)


def test_killed_import_leaves_all_or_nothing_and_can_go_on(tmp_path, database):
    chance = random.Random(7)
    writing, whole = moments(tmp_path)
    ended = {"in time": 0, "killed": 0, "left with nothing": 0}
    for run in range(KILLS):
        batch = upload(run)
        acts = Act.objects.count()
        pid = start(partial(whole_import, batch))
        # Half of them at any moment, half of them about the time of writing.
        waited = chance.uniform(0, whole) if run % 2 else chance.uniform(0.9 * writing, 1.1 * whole)
        time.sleep(waited)
        os.kill(pid, signal.SIGKILL)
        if end(pid) == -signal.SIGKILL:
            ended["killed"] += 1
        else:
            ended["in time"] += 1
            # The machine has less to do than at the first import: what comes later would come too late as well.
            writing, whole = writing * min(1, waited / whole), min(whole, waited)
        settle()
        batch.refresh_from_db()
        if batch.status == BatchStatus.TAKEN:
            assert left_behind(batch) == (ROWS, ROWS, ROWS)
            continue
        ended["left with nothing"] += 1
        assert (left_behind(batch), Act.objects.count()) == ((0, 0, 0), acts)
        batch = go_on(batch, run // 2)
        assert left_behind(batch) == ((0, 0, 0) if batch.status == BatchStatus.DISCARDED else (ROWS, ROWS, ROWS))
    assert verify() == []
    assert ended["killed"] >= KILLS / 2
    assert ended["left with nothing"] >= KILLS / 4
    assert set(ImportBatch.objects.values_list("status", flat=True)) == {BatchStatus.TAKEN, BatchStatus.DISCARDED}
