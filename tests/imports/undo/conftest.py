"""Taking workbooks in, to undo it; whatever a test does, the data keep their promises."""

from pathlib import Path
from typing import Any

import pytest

from imports.models import ImportBatch
from reports.verification import verify
from schools.models import School
from tests.factories import make_model
from tests.imports.undo.batches import Take
from tests.imports.workbooks import import_file, write_xlsx


@pytest.fixture(autouse=True)
def _catalogue(school: School) -> None:
    make_model("iPad 9")


@pytest.fixture(autouse=True)
def _sound() -> Any:
    """Whatever a test does, the data keep their promises."""
    yield
    assert verify() == []


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """Take a workbook in by the command; the batch."""

    def take(rows: list[list[Any]], *options: str) -> ImportBatch:
        result = import_file(write_xlsx(tmp_path / "liste.xlsx", rows), *options)
        assert result.exit_code == 0, result
        return ImportBatch.objects.get(pk=result["batch"])

    return take
