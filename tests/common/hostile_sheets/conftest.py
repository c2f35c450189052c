"""Whatever a file does, nothing of it is left behind."""

import contextlib
import os
import tempfile
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _nothing_left_behind(tmp_path_factory, monkeypatch):
    """No child process and no temporary file survives a reading."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    before = _children()
    yield
    assert _children() <= before
    assert not os.listdir(folder)


def _children() -> set[str]:
    """Process ids of our children, ended ones that nobody asked for included; a browser may be among them."""
    children = set()
    for one in Path("/proc/self/task").glob("*/children"):
        with contextlib.suppress(
            FileNotFoundError, ProcessLookupError
        ):  # a thread that ended since has no children any more
            children |= set(one.read_text().split())
    return children
