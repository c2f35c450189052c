"""Files that are something else, damaged, encrypted or with macros."""

import contextlib
import zlib

import openpyxl
import pytest
from django.utils import translation

from common.sheets.messages import FAULTS
from common.sheets.reader import SheetError, read_workbook
from tests.common.hostile_sheets.files import CELL, file, refusal
from tests.common.workbook_files import biff_record, biff_workbook, write_ods, write_ole, write_xlsx, write_zip


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
    error = refusal(file(tmp_path / "liste.xlsx", content))
    assert (error.code, error.params.get("kind")) == (code, kind)


@pytest.mark.parametrize(
    ("part", "kind"), [("word/document.xml", "word"), ("ppt/presentation.xml", "slides"), ("notes.txt", "archive")]
)
def test_other_zip_is_named(tmp_path, part, kind):
    error = refusal(write_zip(tmp_path / "a.xlsx", {part: "x"}))
    assert (error.code, error.params["kind"]) == ("wrong_type", kind)


def test_missing_file_is_named(tmp_path):
    assert refusal(tmp_path / "nowhere.xlsx").code == "missing"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_truncated_workbook_is_damaged(tmp_path, share):
    book = openpyxl.Workbook()
    book.active.append(["Seriennummer", "Modell"])
    book.save(tmp_path / "whole.xlsx")
    whole = (tmp_path / "whole.xlsx").read_bytes()
    assert refusal(file(tmp_path / "part.xlsx", whole[: int(len(whole) * share)])).code == "damaged"


def test_flipped_bytes_are_damaged(tmp_path):
    content = bytearray(write_xlsx(tmp_path / "a.xlsx", CELL * 50).read_bytes())
    at = content.index(b"xl/worksheets/sheet1.xml") + len(b"xl/worksheets/sheet1.xml")
    content[at + 2 : at + 12] = b"\xff" * 10
    assert refusal(file(tmp_path / "b.xlsx", bytes(content))).code == "damaged"


def test_encrypted_workbook_asks_for_no_password(tmp_path):
    path = write_ole(tmp_path / "a.xlsx", {"EncryptedPackage": b"x", "EncryptionInfo": b"y"})
    assert refusal(path).code == "encrypted"


def test_encrypted_old_workbook_is_told(tmp_path):
    stream = biff_workbook(b"", globals_extra=biff_record(0x002F, bytes(6)))
    assert refusal(write_ole(tmp_path / "a.xls", {"Workbook": stream})).code == "encrypted"


def test_encrypted_open_document_is_told(tmp_path):
    manifest = {"META-INF/manifest.xml": "<manifest:encryption-data/>"}
    assert refusal(write_ods(tmp_path / "a.ods", "", **manifest)).code == "encrypted"


def test_encrypted_zip_part_is_told(tmp_path):
    content = bytearray(write_xlsx(tmp_path / "a.xlsx").read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    assert refusal(file(tmp_path / "b.xlsx", bytes(content))).code == "encrypted"


def test_old_word_document_is_named(tmp_path):
    error = refusal(write_ole(tmp_path / "a.xls", {"WordDocument": b"x"}))
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
    error = refusal(write_xlsx(tmp_path / "a.xlsm", **extra))
    assert error.code == "macros"
    assert ".xlsx" in error.message


def test_macros_in_old_workbook_are_refused(tmp_path):
    path = write_ole(tmp_path / "a.xls", {"Workbook": biff_workbook(b""), "_VBA_PROJECT_CUR": b""})
    assert refusal(path).code == "macros"
    assert refusal(write_ole(tmp_path / "b.xls", {"Workbook": biff_workbook(b"", sheet_type=1)})).code == "macros"


def test_csv_with_open_quotation_mark_names_the_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('a;b\n1;2\n3;"vier\n5;6\n')
    error = refusal(path)
    assert (error.code, error.params["row"]) == ("open_quote", 3)


def test_text_of_unknown_encoding_is_told(tmp_path):
    assert refusal(file(tmp_path / "a.csv", b"a;b\n\x81\x8d;\x90\n")).code == "encoding"


def test_workbook_without_any_content_is_empty(tmp_path):
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    assert refusal(tmp_path / "a.xlsx").code == "empty"


def test_random_damage_never_ends_in_a_traceback(tmp_path):
    """Every byte string gives a workbook or a SheetError."""
    content = write_xlsx(tmp_path / "a.xlsx").read_bytes()
    for seed in range(12):
        at = zlib.crc32(bytes([seed])) % len(content)
        damaged = content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :]
        with contextlib.suppress(SheetError):
            read_workbook(file(tmp_path / "b.xlsx", damaged))


def test_every_sentence_is_complete():
    params = dict.fromkeys(("name", "kind", "cell", "rows", "columns", "limit", "size", "row"), "7")
    with translation.override("en"):
        for code in FAULTS:
            message = SheetError(code, params).message
            assert message.endswith(".")
            assert "%" not in message
