"""Small files that would take the memory or the time of the server."""

import os
import resource
import struct
import zipfile
from pathlib import Path

import pytest

from common.sheets.workbook import MIB, Limits
from tests.common.hostile_sheets.files import CELL, file, refusal
from tests.common.workbook_files import (
    biff_record,
    biff_workbook,
    write_ods,
    write_ole,
    write_xlsx,
    write_zip,
    xlsx_parts,
)

_FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'


def test_zip_bomb_by_ratio_is_refused(tmp_path):
    bomb = CELL.encode() + b" " * (300 * MIB)
    assert refusal(write_xlsx(tmp_path / "a.xlsx", **{"xl/worksheets/sheet1.xml": bomb})).code == "zip_bomb"


def test_zip_bomb_in_a_part_nobody_reads_is_refused(tmp_path):
    assert refusal(write_xlsx(tmp_path / "a.xlsx", **{"xl/media/image1.png": bytes(20 * MIB)})).code == "zip_bomb"


def test_zip_bomb_by_many_parts_is_refused(tmp_path):
    parts = {f"xl/media/{number}.bin": os.urandom(MIB // 8) * 8 for number in range(12)}
    assert refusal(write_xlsx(tmp_path / "a.xlsx", **parts), Limits(inflated_bytes=8 * MIB)).code == "zip_bomb"


def test_size_that_lies_is_not_believed(tmp_path):
    """Headers that announce 10 bytes do not hide what really comes out."""
    path = write_zip(tmp_path / "a.xlsx", xlsx_parts(CELL + " " * (20 * MIB)))
    content = path.read_bytes().replace(struct.pack("<I", _sheet_size(path)), struct.pack("<I", 10))
    assert refusal(file(path, content)).code == "zip_bomb"


def _sheet_size(path: Path) -> int:
    with zipfile.ZipFile(path) as archive:
        return archive.getinfo("xl/worksheets/sheet1.xml").file_size


def test_parts_that_share_bytes_are_refused(tmp_path):
    content = write_xlsx(tmp_path / "a.xlsx").read_bytes()
    first, second = (content.index(b"PK\x01\x02", start) for start in (0, content.index(b"PK\x01\x02") + 1))
    mixed = bytearray(content)
    mixed[second + 42 : second + 46] = mixed[first + 42 : first + 46]
    assert refusal(file(tmp_path / "b.xlsx", bytes(mixed))).code == "zip_bomb"


def test_too_many_parts_are_refused(tmp_path):
    parts = {f"xl/media/{number}": "" for number in range(40)}
    assert refusal(write_xlsx(tmp_path / "a.xlsx", **parts), Limits(parts=30)).code == "too_many_parts"


def test_one_cell_at_the_far_end_is_named(tmp_path):
    error = refusal(write_xlsx(tmp_path / "a.xlsx", _FAR))
    assert (error.code, error.params["cell"]) == ("far_cell", "XFD1048576")


@pytest.mark.parametrize("reference", ["r = 'XFD1048576'", '\tr="XFD1048576"', "s='1'\nr='XFD1048576'"])
def test_far_cell_in_unusual_spelling_cannot_take_the_memory(tmp_path, reference):
    far = _FAR.replace('r="XFD1048576"', reference)
    assert refusal(write_xlsx(tmp_path / "a.xlsx", far)).code in ("far_cell", "too_large")


def test_far_cell_in_open_document_is_named(tmp_path):
    filler = '<table:table-row table:number-rows-repeated="1048575"/>'
    cell = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>'
    error = refusal(
        write_ods(tmp_path / "a.ods", f"<table:table>{filler}<table:table-row>{cell}</table:table-row></table:table>")
    )
    assert (error.code, error.params["cell"]) == ("far_cell", "XFD1048576")


def test_far_cell_in_old_workbook_cannot_take_the_memory(tmp_path):
    cells = biff_record(0x0203, struct.pack("<HHHd", 0, 0, 0, 1.0)) + biff_record(
        0x0203, struct.pack("<HHHd", 65535, 255, 0, 1.0)
    )
    assert refusal(write_ole(tmp_path / "a.xls", {"Workbook": biff_workbook(cells)})).code == "too_large"


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "docProps/core.xml", "xl/drawings/a.vml"]
)
@pytest.mark.parametrize(
    "declaration",
    ['<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', '<!ENTITY e "x">', "<!doctype x>", '<!Entity e "x">'],
)
def test_external_entity_is_refused_in_any_part(tmp_path, part, declaration):
    content = f"<?xml version='1.0'?>{declaration}<worksheet><sheetData>{CELL}&e;</sheetData></worksheet>"
    assert refusal(write_xlsx(tmp_path / "a.xlsx", **{part: content})).code == "entities"


def test_entity_across_two_blocks_is_found(tmp_path):
    content = f"<worksheet>{' ' * (256 * 1024 - 15)}<!DOCTYPE x>{CELL}</worksheet>"
    assert refusal(write_xlsx(tmp_path / "a.xlsx", **{"xl/worksheets/sheet1.xml": content})).code == "entities"


def test_part_in_utf_16_hides_nothing(tmp_path):
    content = '<?xml version="1.0"?><!DOCTYPE x><worksheet/>'.encode("utf-16")
    assert refusal(write_xlsx(tmp_path / "a.xlsx", **{"xl/worksheets/sheet1.xml": content})).code == "damaged"


def test_bombs_leave_the_memory_of_the_server_alone(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", _FAR + " " * (100 * MIB))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(3):
        refusal(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16 * 1024  # KiB
