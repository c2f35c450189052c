"""Real device lists in every format, and ways to spoil them: by bytes, by the zip around them, by what they say."""

import io
import re
import struct
import warnings
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random

import xlsxwriter

from tests.common.workbook_files import biff_record, biff_workbook, write_ods, write_ole, write_xlsb

Mutation = Callable[[bytes, Random], bytes]
HEADINGS = ("Inventarnummer", "Seriennummer", "Hersteller", "Modell", "Status", "Seit", "Schule", "Raum", "Preis")
ROWS = [
    (f"T-{n:03d}", f"S{n:05d}", "Apple", "iPad 9", "im Einsatz", "12.03.2021", "Lindenschule", "101", "379,50")
    for n in range(12)
]
HOSTILE = (
    '=HYPERLINK("http://a.example";"x")',
    "+49 208 1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "1e308",
    "-1e308",
    "9" * 400,
    "0x10",
    "NaN",
    "Infinity",
    "31.02.2021",
    "01.01.0001",
    "31.12.9999",
    "99.99.9999",
    "1899-12-31",
    "\u202egnp.exe",
    "\ud83d\ude00" * 40,
    "a\u0300" * 300,
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "%(name)s %s {0}",
    "\\",
    "\u0000",
    "\u00a0",
    "x" * 32_000,
    "TRUE",
    "#REF!",
    "1,2,3,4",
    "12.345.678,90",
    "S" * 256,
    "\u200b",
    "٣٤٥",
    "½",
    "²",
    "1\n2",
)


def table(chance: Random, *, spoiled: int = 0) -> list[list[str]]:
    """Headings and rows; some of the cells hold what nobody wants in a list."""
    rows = [list(row) for row in ROWS]
    for _each in range(spoiled):
        chance.choice(rows)[chance.randrange(len(HEADINGS))] = chance.choice(HOSTILE)
    return [list(HEADINGS), *rows]


def csv_file(folder: Path, rows: list[list[str]]) -> bytes:
    return "".join(";".join(f'"{c}"' if ";" in c or "\n" in c else c for c in row) + "\r\n" for row in rows).encode(
        "utf-8", "replace"
    )


def xlsx_file(folder: Path, rows: list[list[str]]) -> bytes:
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True}) as book:
        sheet, day = book.add_worksheet("Geräte"), book.add_format({"num_format": "dd.mm.yyyy"})
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                if text == "12.03.2021":
                    sheet.write_datetime(number, column, date(2021, 3, 12), day)
                else:
                    sheet.write_string(number, column, text.encode("utf-8", "replace").decode())
    return kept.getvalue()


def ods_file(folder: Path, rows: list[list[str]]) -> bytes:
    cells = (
        "".join(
            f'<table:table-cell office:value-type="string"><text:p>{_xml(c)}</text:p></table:table-cell>' for c in row
        )
        for row in rows
    )
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    return write_ods(folder / "a.ods", f'<table:table table:name="Geräte">{body}</table:table>').read_bytes()


def xls_file(folder: Path, rows: list[list[str]]) -> bytes:
    cells = b"".join(
        biff_record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le", "replace"))
        for row, texts in enumerate(rows)
        for column, text in enumerate(text[:200] for text in texts)
    )
    return write_ole(folder / "a.xls", {"Workbook": biff_workbook(cells)}).read_bytes()


def xlsb_file(folder: Path, rows: list[list[str]]) -> bytes:
    def text(value: str) -> tuple[int, bytes]:
        encoded = value[:40].encode("utf-16-le", "replace")
        return 6, struct.pack("<I", len(encoded) // 2) + encoded

    return write_xlsb(
        folder / "a.xlsb", [(n, [text(c) for c in row], False) for n, row in enumerate(rows)]
    ).read_bytes()


def _xml(text: str) -> str:
    shown = "".join(c for c in text if c >= " " or c in "\t\n").encode("utf-8", "replace").decode()
    return shown.replace("&", "&amp;").replace("<", "&lt;")


FORMATS = {"xlsx": xlsx_file, "ods": ods_file, "xls": xls_file, "xlsb": xlsb_file, "csv": csv_file}


def flip(content: bytes, chance: Random) -> bytes:
    """A handful of bytes turn into others."""
    spoiled = bytearray(content)
    for _each in range(chance.choice((1, 3, 20, 200))):
        spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
    return bytes(spoiled)


def truncate(content: bytes, chance: Random) -> bytes:
    return content[: chance.randrange(len(content))]


def repeat(content: bytes, chance: Random) -> bytes:
    """A piece of the file stands there many times."""
    start = chance.randrange(len(content))
    piece = content[start : start + chance.choice((1, 16, 400))]
    return content[:start] + piece * chance.choice((2, 50, 1000)) + content[start:]


def blank(content: bytes, chance: Random) -> bytes:
    start, length = chance.randrange(len(content)), chance.choice((1, 8, 64, 512))
    return content[:start] + bytes([chance.choice((0, 255, 32))]) * length + content[start + length :]


def directory(content: bytes, chance: Random) -> bytes:
    """The list of parts at the end of a zip, or the numbers in its entries, say something else."""
    places = [m.start() for mark in (b"PK\x01\x02", b"PK\x05\x06", b"PK\x03\x04") for m in re.finditer(mark, content)]
    if not places:
        return flip(content, chance)
    at = chance.choice(places) + chance.randrange(4, 46)
    number = chance.choice((0, 1, 0x7FFFFFFF, 0xFFFFFFFF, chance.randrange(1 << 32)))
    return content[:at] + struct.pack("<I", number) + content[at + 4 :]


def parts(content: bytes, chance: Random) -> bytes:
    """One part of the zip is edited as text, doubled, gone, renamed or comes before its workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = [(name, archive.read(name)) for name in archive.namelist()]
    at = chance.randrange(len(entries))
    name, part = entries[at]
    action = chance.choice(("edit", "edit", "edit", "edit", "double", "drop", "rename", "shuffle"))
    if action == "edit":
        entries[at] = name, chance.choice(EDITS)(part, chance)
    elif action == "double":
        entries.append((name, flip(part, chance) if part else b"x"))
    elif action == "drop":
        del entries[at]
    elif action == "rename":
        entries[at] = chance.choice(("../../etc/passwd", name.upper(), "xl/" * 60, "\\" + name, name + "\0x")), part
    else:
        chance.shuffle(entries)
    return _zipped(entries)


def _zipped(entries: list[tuple[str, bytes]]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in entries:
            entry = zipfile.ZipInfo()
            entry.filename, entry.compress_type = name, zipfile.ZIP_DEFLATED
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of a name that stands there twice
                archive.writestr(entry, part)
    return kept.getvalue()


def _huge(part: bytes, chance: Random) -> bytes:
    numbers = list(re.finditer(rb"\d+", part))
    if not numbers:
        return part
    found = chance.choice(numbers)
    huge = chance.choice((b"99999999999999999999", b"1048577", b"4294967296", b"-1", b"1e400", b"0", b"9" * 5000))
    return part[: found.start()] + huge + part[found.end() :]


def _tag(part: bytes, chance: Random) -> bytes:
    """An element is gone, stands twice, or is opened only."""
    tags = list(re.finditer(rb"<[^>]*>", part))
    if not tags:
        return flip(part, chance) if part else part
    found = chance.choice(tags)
    return part[: found.start()] + found[0] * chance.choice((0, 2, 500)) + part[found.end() :]


def _nested(part: bytes, chance: Random) -> bytes:
    """Elements within elements within elements."""
    depth, at = chance.choice((100, 10_000, 100_000)), part.find(b">", len(part) // 3) + 1
    return part[:at] + b"<c>" * depth + b"</c>" * depth + part[at:]


def _text(part: bytes, chance: Random) -> bytes:
    """Characters that XML forbids, entities nobody declared, half a character."""
    at = part.find(b">", chance.randrange(len(part) or 1)) + 1
    bad = chance.choice(
        (b"&#xD800;", b"&#0;", b"&boom;", b"\x00\x01", b"\xff\xfe", b"<![CDATA[", b"]]>", b"&#x110000;")
    )
    return part[:at] + bad + part[at:]


def _doctype(part: bytes, chance: Random) -> bytes:
    bomb = b'<!DOCTYPE a [<!ENTITY b "' + b"b" * 1000 + b'"><!ENTITY c "&b;&b;&b;&b;">]>'
    end = part.find(b"?>") + 2 if part.startswith(b"<?xml") else 0
    return part[:end] + bomb + part[end:]


def _encoding(part: bytes, chance: Random) -> bytes:
    named = chance.choice((b"utf-7", b"utf-16", b"ebcdic", b"no-such-thing"))
    return part.replace(b"UTF-8", named, 1) if chance.random() < 0.5 else part.decode("latin-1").encode("utf-16")


def _shape(part: bytes, chance: Random) -> bytes:
    """Cells move to the far end of the sheet, or repeat a million times."""
    far = re.sub(rb'r="[A-Z]+\d+"', b'r="XFD1048576"', part, count=chance.choice((1, 3)))
    return far.replace(b"<table:table-row>", b'<table:table-row table:number-rows-repeated="1048576">', 1)


EDITS: tuple[Mutation, ...] = (_huge, _tag, _nested, _text, _doctype, _encoding, _shape, flip, truncate)
BYTES: tuple[Mutation, ...] = (flip, truncate, repeat, blank)
ZIP: tuple[Mutation, ...] = (*BYTES, directory, directory, parts, parts, parts, parts)
