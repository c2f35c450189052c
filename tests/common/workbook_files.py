"""Workbook files written byte by byte, for what no friendly library would write."""

import struct
import zipfile
from pathlib import Path

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def write_zip(path: Path, parts: dict[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def xlsx_parts(sheet_data: str, *, suffix: str = "xml") -> dict[str, bytes | str]:
    """A workbook of one sheet; `sheet_data` is what stands inside `<sheetData>`."""
    relations = (
        f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{_OFFICE}/worksheet" '
        f'Target="worksheets/sheet1.{suffix}"/></Relationships>'
    )
    package = (
        f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
        f'Target="xl/workbook.{suffix}"/></Relationships>'
    )
    return {
        "_rels/.rels": package,
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        f"xl/_rels/workbook.{suffix}.rels": relations,
        "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Tabelle1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f"<worksheet {_MAIN}><sheetData>{sheet_data}</sheetData></worksheet>",
    }


def write_xlsx(path: Path, sheet_data: str = '<row r="1"><c r="A1"><v>1</v></c></row>', **extra: bytes | str) -> Path:
    return write_zip(path, xlsx_parts(sheet_data) | extra)


def write_ods(path: Path, tables: str, **extra: bytes | str) -> Path:
    """An OpenDocument workbook; `tables` is what stands inside `<office:spreadsheet>`."""
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names} xmlns:calcext="urn:org:document'
        f'foundation:names:experimental:calc:xmlns:calcext:1.0"><office:body><office:spreadsheet>{tables}</office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    parts: dict[str, bytes | str] = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": content,
        "META-INF/manifest.xml": "<manifest/>",
    }
    return write_zip(path, parts | extra)


def write_xlsb(
    path: Path, rows: list[tuple[int, list[tuple[int, bytes]], bool]], hidden_columns: tuple[int, int] | None = None
) -> Path:
    """A binary workbook; rows are (index, [(record kind, content after the column)], is hidden).

    ``hidden_columns``: the first and the last.
    """
    cells = b""
    for row, records, is_hidden in rows:
        flags = 0x1000 if is_hidden else 0
        cells += _xlsb_record(0, struct.pack("<IIHHBI", row, 0, 300, flags, 0, 0))
        for column, (kind, content) in enumerate(records):
            cells += _xlsb_record(kind, struct.pack("<II", column, 0) + content)
    dimension = struct.pack("<IIII", 0, 10, 0, 10)
    columns = _xlsb_record(60, struct.pack("<IIIIH", *hidden_columns, 2000, 0, 1)) if hidden_columns else b""
    sheet = _xlsb_record(129) + _xlsb_record(148, dimension) + columns + _xlsb_record(145) + cells
    sheet += _xlsb_record(146) + _xlsb_record(130)
    bundle = struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Tabelle1")
    workbook = _xlsb_record(131) + _xlsb_record(143) + _xlsb_record(156, bundle) + _xlsb_record(144) + _xlsb_record(132)
    parts = xlsx_parts("", suffix="bin")
    for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        del parts[name]
    return write_zip(path, parts | {"xl/workbook.bin": workbook, "xl/worksheets/sheet1.bin": sheet})


def _xlsb_record(kind: int, content: bytes = b"") -> bytes:
    number = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return number + bytes([len(content)]) + content


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def biff_record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def biff_workbook(cells: bytes, *, globals_extra: bytes = b"", sheet_type: int = 0) -> bytes:
    """The workbook stream of an .xls file with one sheet that holds the given records."""
    opening = biff_record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 1997, 0, 6)) + globals_extra
    name = "Tabelle1"
    bound_size = 4 + 8 + len(name)
    offset = len(opening) + bound_size + 4
    bound = biff_record(0x0085, struct.pack("<IBBBB", offset, 0, sheet_type, len(name), 0) + name.encode())
    sheet = biff_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 1997, 0, 6)) + cells + biff_record(0x000A)
    return opening + bound + biff_record(0x000A) + sheet


def write_ole(path: Path, streams: dict[str, bytes]) -> Path:
    """A compound file (512-byte sectors, one allocation table) with the named streams."""
    sectors: list[bytes] = [b"", b""]  # allocation table, directory
    table = [0xFFFFFFFD, 0xFFFFFFFE]
    entries = [_ole_entry("Root Entry", 5, 0xFFFFFFFE, 0)]
    for name, content in streams.items():
        content = content.ljust(4096, b"\0")
        pieces = [content[at : at + 512].ljust(512, b"\0") for at in range(0, len(content), 512)]
        entries.append(_ole_entry(name, 2, len(sectors), len(content)))
        table += [*range(len(sectors) + 1, len(sectors) + len(pieces)), 0xFFFFFFFE]
        sectors += pieces
    assert len(entries) <= 4
    assert len(table) <= 128
    sectors[0] = struct.pack("<128I", *table, *[0xFFFFFFFF] * (128 - len(table)))
    sectors[1] = b"".join(entries).ljust(512, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    path.write_bytes(header + b"".join(sectors))
    return path


def _ole_entry(name: str, kind: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    child = 1 if kind == 5 else 0xFFFFFFFF
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(text), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
