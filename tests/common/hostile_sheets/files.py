"""Files that are refused."""

from pathlib import Path

import pytest

from common.sheets.reader import SheetError, read_workbook
from common.sheets.workbook import Limits

CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'


def refusal(path: Path, limits: Limits | None = None) -> SheetError:
    with pytest.raises(SheetError) as caught:
        read_workbook(path, name="liste.xlsx", limits=limits)
    assert "liste.xlsx" in caught.value.message
    return caught.value


def file(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
