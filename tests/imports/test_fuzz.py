"""Spoiled workbooks of every format: each ends in a result or in one clear sentence, and nothing is left behind."""

import contextlib
import io
import random
import resource
import tempfile
import time
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from audit.actor import Actor
from audit.enums import Channel
from audit.models import Act, Entry
from imports import services
from imports.enums import BatchStatus
from imports.models import ImportBatch
from imports.options import Options
from inventory.models import Device, DeviceModel
from schools.models import School
from tests.factories import make_model, make_room
from tests.imports import mutations

pytestmark = pytest.mark.django_db
BY = Actor(None, Channel.COMMAND)
#: Cases per format: spoiled in the file, and in what it says.
FILES, CELLS = 24, 7
#: So long a file may take, on a busy machine; so much the memory of the server may grow, in MiB.
SECONDS, GROWTH = 10, 40
RECORDS = (Act, Entry, Device, DeviceModel, School)


@pytest.fixture(autouse=True)
def _list(school):
    make_model("iPad 9")
    make_room(school, "101")


def spoiled_files(kind, folder):
    """``(what was done, content)``, the same ones in every run."""
    chance = random.Random(f"{kind}-2")
    make = mutations.FORMATS[kind]
    for _each in range(CELLS):
        yield "cells", make(folder, mutations.table(chance, spoiled=8))
    whole = make(folder, mutations.table(chance))
    for _each in range(FILES):
        spoil = chance.choice(mutations.ZIP if whole.startswith(b"PK") else mutations.BYTES)
        yield spoil.__name__, spoil(whole, chance)


def children():
    found = set()
    for one in Path("/proc/self/task").glob("*/children"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            found |= set(one.read_text().split())
    return found


def memory():
    """MiB of this process at this moment."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024**2


def counted():
    return [model.objects.count() for model in RECORDS]


def looked_at(kind, content):
    """The batch of one file: read, then written and taken back, if there is anything to write."""
    before = counted()
    batch = services.upload_batch(io.BytesIO(content), name=f"liste.{kind}", by=BY, options=Options(mode="valid"))
    batch = services.preview_batch(batch)
    assert counted() == before
    if batch.status == BatchStatus.FAILED:
        assert batch.error.strip()
        assert "Traceback" not in batch.error
        assert not batch.file
        return batch
    assert batch.status == BatchStatus.PREVIEWED
    point = transaction.savepoint()
    with contextlib.suppress(_Refused):
        _take(batch)
    transaction.savepoint_rollback(point)
    assert counted() == before
    return batch


class _Refused(Exception):
    """Taking was refused with a sentence."""


def _take(batch):
    try:
        services.take_batch(batch, by=BY)
    except ValidationError as error:
        if error.code == "unexpected":
            raise
        raise _Refused from error


@pytest.mark.parametrize("kind", mutations.FORMATS)
def test_spoiled_file_ends_in_a_result_or_a_sentence(kind, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    running, kept, ends = children(), 0.0, []
    for n, (done, content) in enumerate(spoiled_files(kind, tmp_path)):
        if n == CELLS:
            kept = memory()  # by now everything is loaded that stays
        started = time.monotonic()
        try:
            batch = looked_at(kind, content)
        except BaseException as error:
            (tmp_path / f"{n}.{kind}").write_bytes(content)
            raise AssertionError(f"{done}, kept as {tmp_path / f'{n}.{kind}'}") from error
        assert time.monotonic() - started < SECONDS, done
        ends.append(batch.status)
    assert children() <= running
    assert memory() - kept < GROWTH
    assert ends[:CELLS].count(BatchStatus.PREVIEWED) > CELLS / 2
    assert {BatchStatus.FAILED, BatchStatus.PREVIEWED} == set(ends)
    assert ImportBatch.objects.filter(status=BatchStatus.PREVIEWED).exclude(kind="devices").count() <= FILES


@pytest.mark.parametrize("kind", ["xls", "xlsb"])
def test_null_character_in_a_cell_is_passed_over(kind, tmp_path):
    """PostgreSQL keeps it neither in a text nor in JSON."""
    rows = mutations.table(random.Random(1))
    rows[1][1], rows[2][4] = "S0\0000", "\0"
    batch = looked_at(kind, mutations.FORMATS[kind](tmp_path, rows))
    assert [(p["cell"], p["value"]) for p in batch.summary["problems"] if p["severity"] == "error"] == [("E3", "")]
