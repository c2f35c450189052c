"""Files that no reader should be trusted with: each ends in one clear sentence, and nothing is left behind."""

import contextlib
import io
import os
import resource
import struct
import tempfile
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest
from django.utils import translation

from common.sheets.messages import FAULTS
from common.sheets.reader import SheetError, read_workbook
from common.sheets.workbook import MIB, Limits
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
_CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'


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


def _refusal(path: Path, limits: Limits | None = None) -> SheetError:
    with pytest.raises(SheetError) as caught:
        read_workbook(path, name="liste.xlsx", limits=limits)
    assert "liste.xlsx" in caught.value.message
    return caught.value


def _file(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "code", "kind"),
    [
        (b"", "empty", None),
        (b" \r\n \n", "empty", None),
        (b"%PDF-1.7\n%\xe2\xe3", "wrong_type", "pdf"),
        (b"\x89PNG\r\n\x1a\n\0\0", "wrong_type", "image"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "wrong_type", "program"),
        (b"7z\xbc\xaf\x27\x1c", "wrong_type", "archive"),
        (b"\x00\x01\x02\x03 something", "wrong_type", "binary"),
        (b"<?xml version='1.0'?><list/>", "wrong_type", "xml"),
        (b"\xef\xbb\xbf <html><table><tr><td>1</td></tr></table>", "html", None),
        (b'<!DOCTYPE html>\n<head><meta charset="utf-8">', "html", None),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "xml_spreadsheet",
            None,
        ),
    ],
)
def test_wrong_type_is_named(tmp_path, content, code, kind):
    error = _refusal(_file(tmp_path / "liste.xlsx", content))
    assert (error.code, error.params.get("kind")) == (code, kind)


@pytest.mark.parametrize(
    ("part", "kind"), [("word/document.xml", "word"), ("ppt/presentation.xml", "slides"), ("notes.txt", "archive")]
)
def test_other_zip_is_named(tmp_path, part, kind):
    error = _refusal(write_zip(tmp_path / "a.xlsx", {part: "x"}))
    assert (error.code, error.params["kind"]) == ("wrong_type", kind)


def test_missing_file_is_named(tmp_path):
    assert _refusal(tmp_path / "nowhere.xlsx").code == "missing"


def test_file_of_200_mb_is_refused_unread(tmp_path):
    path = tmp_path / "huge.xlsx"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    error = _refusal(path)
    assert (error.code, error.params["size"], error.params["limit"]) == ("file_too_large", 200, 50)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_truncated_workbook_is_damaged(tmp_path, share):
    book = openpyxl.Workbook()
    book.active.append(["Seriennummer", "Modell"])
    book.save(tmp_path / "whole.xlsx")
    whole = (tmp_path / "whole.xlsx").read_bytes()
    assert _refusal(_file(tmp_path / "part.xlsx", whole[: int(len(whole) * share)])).code == "damaged"


def test_flipped_bytes_are_damaged(tmp_path):
    content = bytearray(write_xlsx(tmp_path / "a.xlsx", _CELL * 50).read_bytes())
    at = content.index(b"xl/worksheets/sheet1.xml") + len(b"xl/worksheets/sheet1.xml")
    content[at + 2 : at + 12] = b"\xff" * 10
    assert _refusal(_file(tmp_path / "b.xlsx", bytes(content))).code == "damaged"


def test_encrypted_workbook_asks_for_no_password(tmp_path):
    path = write_ole(tmp_path / "a.xlsx", {"EncryptedPackage": b"x", "EncryptionInfo": b"y"})
    assert _refusal(path).code == "encrypted"


def test_encrypted_old_workbook_is_told(tmp_path):
    stream = biff_workbook(b"", globals_extra=biff_record(0x002F, bytes(6)))
    assert _refusal(write_ole(tmp_path / "a.xls", {"Workbook": stream})).code == "encrypted"


def test_encrypted_open_document_is_told(tmp_path):
    manifest = {"META-INF/manifest.xml": "<manifest:encryption-data/>"}
    assert _refusal(write_ods(tmp_path / "a.ods", "", **manifest)).code == "encrypted"


def test_encrypted_zip_part_is_told(tmp_path):
    content = bytearray(write_xlsx(tmp_path / "a.xlsx").read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    assert _refusal(_file(tmp_path / "b.xlsx", bytes(content))).code == "encrypted"


def test_old_word_document_is_named(tmp_path):
    error = _refusal(write_ole(tmp_path / "a.xls", {"WordDocument": b"x"}))
    assert (error.code, error.params["kind"]) == ("wrong_type", "word")


@pytest.mark.parametrize(
    "extra",
    [
        {"xl/vbaProject.bin": b"\xd0\xcf"},
        {"xl/macrosheets/sheet1.xml": "<x/>"},
        {"[Content_Types].xml": '<Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/>'},
    ],
)
def test_macro_workbook_is_refused_with_what_to_do(tmp_path, extra):
    error = _refusal(write_xlsx(tmp_path / "a.xlsm", **extra))
    assert error.code == "macros"
    assert ".xlsx" in error.message


def test_macros_in_old_workbook_are_refused(tmp_path):
    path = write_ole(tmp_path / "a.xls", {"Workbook": biff_workbook(b""), "_VBA_PROJECT_CUR": b""})
    assert _refusal(path).code == "macros"
    assert _refusal(write_ole(tmp_path / "b.xls", {"Workbook": biff_workbook(b"", sheet_type=1)})).code == "macros"


def test_zip_bomb_by_ratio_is_refused(tmp_path):
    bomb = _CELL.encode() + b" " * (300 * MIB)
    assert _refusal(write_xlsx(tmp_path / "a.xlsx", **{"xl/worksheets/sheet1.xml": bomb})).code == "zip_bomb"


def test_zip_bomb_in_a_part_nobody_reads_is_refused(tmp_path):
    assert _refusal(write_xlsx(tmp_path / "a.xlsx", **{"xl/media/image1.png": bytes(20 * MIB)})).code == "zip_bomb"


def test_zip_bomb_by_many_parts_is_refused(tmp_path):
    parts = {f"xl/media/{number}.bin": os.urandom(MIB // 8) * 8 for number in range(12)}
    assert _refusal(write_xlsx(tmp_path / "a.xlsx", **parts), Limits(inflated_bytes=8 * MIB)).code == "zip_bomb"


def test_size_that_lies_is_not_believed(tmp_path):
    """Headers that announce 10 bytes do not hide what really comes out."""
    path = write_zip(tmp_path / "a.xlsx", xlsx_parts(_CELL + " " * (20 * MIB)))
    content = path.read_bytes().replace(struct.pack("<I", _sheet_size(path)), struct.pack("<I", 10))
    assert _refusal(_file(path, content)).code == "zip_bomb"


def _sheet_size(path: Path) -> int:
    with zipfile.ZipFile(path) as archive:
        return archive.getinfo("xl/worksheets/sheet1.xml").file_size


def test_parts_that_share_bytes_are_refused(tmp_path):
    content = write_xlsx(tmp_path / "a.xlsx").read_bytes()
    first, second = (content.index(b"PK\x01\x02", start) for start in (0, content.index(b"PK\x01\x02") + 1))
    mixed = bytearray(content)
    mixed[second + 42 : second + 46] = mixed[first + 42 : first + 46]
    assert _refusal(_file(tmp_path / "b.xlsx", bytes(mixed))).code == "zip_bomb"


def test_too_many_parts_are_refused(tmp_path):
    parts = {f"xl/media/{number}": "" for number in range(40)}
    assert _refusal(write_xlsx(tmp_path / "a.xlsx", **parts), Limits(parts=30)).code == "too_many_parts"


def test_one_cell_at_the_far_end_is_named(tmp_path):
    error = _refusal(write_xlsx(tmp_path / "a.xlsx", _FAR))
    assert (error.code, error.params["cell"]) == ("far_cell", "XFD1048576")


@pytest.mark.parametrize("reference", ["r = 'XFD1048576'", '\tr="XFD1048576"', "s='1'\nr='XFD1048576'"])
def test_far_cell_in_unusual_spelling_cannot_take_the_memory(tmp_path, reference):
    far = _FAR.replace('r="XFD1048576"', reference)
    assert _refusal(write_xlsx(tmp_path / "a.xlsx", far)).code in ("far_cell", "too_large")


def test_far_cell_in_open_document_is_named(tmp_path):
    filler = '<table:table-row table:number-rows-repeated="1048575"/>'
    cell = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>'
    error = _refusal(
        write_ods(tmp_path / "a.ods", f"<table:table>{filler}<table:table-row>{cell}</table:table-row></table:table>")
    )
    assert (error.code, error.params["cell"]) == ("far_cell", "XFD1048576")


def test_far_cell_in_old_workbook_cannot_take_the_memory(tmp_path):
    cells = biff_record(0x0203, struct.pack("<HHHd", 0, 0, 0, 1.0)) + biff_record(
        0x0203, struct.pack("<HHHd", 65535, 255, 0, 1.0)
    )
    assert _refusal(write_ole(tmp_path / "a.xls", {"Workbook": biff_workbook(cells)})).code == "too_large"


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "docProps/core.xml", "xl/drawings/a.vml"]
)
@pytest.mark.parametrize(
    "declaration",
    ['<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', '<!ENTITY e "x">', "<!doctype x>", '<!Entity e "x">'],
)
def test_external_entity_is_refused_in_any_part(tmp_path, part, declaration):
    content = f"<?xml version='1.0'?>{declaration}<worksheet><sheetData>{_CELL}&e;</sheetData></worksheet>"
    assert _refusal(write_xlsx(tmp_path / "a.xlsx", **{part: content})).code == "entities"


def test_entity_across_two_blocks_is_found(tmp_path):
    content = f"<worksheet>{' ' * (256 * 1024 - 15)}<!DOCTYPE x>{_CELL}</worksheet>"
    assert _refusal(write_xlsx(tmp_path / "a.xlsx", **{"xl/worksheets/sheet1.xml": content})).code == "entities"


def test_part_in_utf_16_hides_nothing(tmp_path):
    content = '<?xml version="1.0"?><!DOCTYPE x><worksheet/>'.encode("utf-16")
    assert _refusal(write_xlsx(tmp_path / "a.xlsx", **{"xl/worksheets/sheet1.xml": content})).code == "damaged"


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(rows=4), "too_many_rows"),
        (Limits(columns=2), "too_many_columns"),
        (Limits(cells=14), "too_many_cells"),
        (Limits(sheets=1), "too_many_sheets"),
    ],
)
def test_limits_are_told_with_their_number(tmp_path, limits, code):
    book = openpyxl.Workbook()
    for _ in range(5):
        book.active.append([1, 2, 3])
    book.create_sheet("zwei")
    book.save(tmp_path / "a.xlsx")
    error = _refusal(tmp_path / "a.xlsx", limits)
    assert error.code == code
    assert str(error.params["limit"]) in error.message


def test_one_long_text_in_many_cells_cannot_take_the_memory(tmp_path):
    cells = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 30_001))
    strings = f"<sst><si><t>{'x' * 30_000}</t></si></sst>"
    assert _refusal(write_xlsx(tmp_path / "a.xlsx", cells, **{"xl/sharedStrings.xml": strings})).code == "too_large"


def _table_of(rows: int, columns: int) -> bytes:
    book = openpyxl.Workbook()
    for _ in range(rows):
        book.active.append([1] * columns)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("rows", "columns", "limits", "code"),
    [
        (100_001, 1, Limits(rows=100_000), "too_many_rows"),
        (1, 703, Limits(columns=702), "too_many_columns"),
    ],
)
def test_table_that_goes_on_beyond_a_limit_is_told_from_a_far_cell(tmp_path, rows, columns, limits, code):
    error = _refusal(_file(tmp_path / "a.xlsx", _table_of(rows, columns)), limits)
    assert error.code == code
    with translation.override("de"):
        assert ("100.000" if rows > 1 else "702") in error.message
    with translation.override("en"):
        assert ("100,000" if rows > 1 else "702") in error.message


@pytest.mark.parametrize(("rows", "columns", "code"), [(4, 2, "too_many_rows"), (2, 4, "too_many_columns")])
def test_open_document_that_goes_on_beyond_a_limit_is_told_from_a_far_cell(tmp_path, rows, columns, code):
    cell = '<table:table-cell office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell>'
    row = f"<table:table-row>{cell * columns}</table:table-row>"
    path = write_ods(tmp_path / "a.ods", f'<table:table table:name="a">{row * rows}</table:table>')
    assert _refusal(path, Limits(rows=3, columns=3)).code == code


def test_open_document_with_very_many_repeated_cells_has_too_many(tmp_path):
    cell = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="900"/>'
    row = f'<table:table-row table:number-rows-repeated="199000">{cell}</table:table-row>'
    path = write_ods(tmp_path / "a.ods", f'<table:table table:name="a">{row}</table:table>')
    assert _refusal(path).code == "too_many_cells"


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        ("a;b\n1;" + "x" * 200_000 + "\n", "long_field", 2),
        ("a;b\n1;2\n" + "x" * 10_000_000 + ";1\n", "long_line", None),
        ('a;b\n1;"2\n' + "3;4\n" * 100_000, "open_quote", 2),
    ],
)
def test_long_text_in_csv_is_named(tmp_path, content, code, row):
    path = tmp_path / "a.csv"
    path.write_text(content)
    error = _refusal(path)
    assert (error.code, error.params.get("row")) == (code, row)


def test_very_many_merged_cells_are_refused(tmp_path):
    rows = '<row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells>'
    merged = "".join('<mergeCell ref="A1:B2"/>' for _number in range(50_001))
    path = write_xlsx(tmp_path / "a.xlsx", f"{rows}{merged}</mergeCells><sheetData>")
    assert _refusal(path).code == "too_large"


def test_text_of_all_cells_together_is_limited(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a;b\n" + f"{'x' * 1000};1\n" * 1000)
    assert _refusal(path, Limits(text_bytes=500_000)).code == "too_large"
    assert len(read_workbook(path, limits=Limits(text_bytes=2_000_000)).sheets[0].rows) == 1001


def test_time_limit_stops_the_child(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a;b;c\n" * 400_000)
    error = _refusal(path, Limits(seconds=0, rows=10**9, cells=10**9))
    assert error.code == "too_slow"


def test_csv_with_open_quotation_mark_names_the_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('a;b\n1;2\n3;"vier\n5;6\n')
    error = _refusal(path)
    assert (error.code, error.params["row"]) == ("open_quote", 3)


def test_text_of_unknown_encoding_is_told(tmp_path):
    assert _refusal(_file(tmp_path / "a.csv", b"a;b\n\x81\x8d;\x90\n")).code == "encoding"


def test_workbook_without_any_content_is_empty(tmp_path):
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    assert _refusal(tmp_path / "a.xlsx").code == "empty"


def test_bombs_leave_the_memory_of_the_server_alone(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", _FAR + " " * (100 * MIB))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(3):
        _refusal(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16 * 1024  # KiB


def test_random_damage_never_ends_in_a_traceback(tmp_path):
    """Every byte string gives a workbook or a SheetError."""
    content = write_xlsx(tmp_path / "a.xlsx").read_bytes()
    for seed in range(12):
        at = zlib.crc32(bytes([seed])) % len(content)
        damaged = content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :]
        with contextlib.suppress(SheetError):
            read_workbook(_file(tmp_path / "b.xlsx", damaged))


def test_every_sentence_is_complete():
    params = dict.fromkeys(("name", "kind", "cell", "rows", "columns", "limit", "size", "row"), "7")
    with translation.override("en"):
        for code in FAULTS:
            message = SheetError(code, params).message
            assert message.endswith(".")
            assert "%" not in message
