"""What a file really is, by its first bytes and not by its extension."""

from __future__ import annotations

import re
from pathlib import Path

from common.sheets.workbook import Fault

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_OTHER = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"PK\x05\x06", "archive"),
    (b"{\\rtf", "word"),
)
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|table|style|div)\b", re.I | re.S)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def read_head(path: Path, size: int = 4096) -> bytes:
    """Return the first bytes of a file."""
    with path.open("rb") as file:
        return file.read(size)


def sniff(head: bytes) -> str:
    """Return `zip`, `ole` or `text`; raise Fault for anything that holds no table."""
    if not head.strip(b"\x00 \t\r\n"):
        raise Fault("empty")
    if head.startswith(_ZIP):
        return "zip"
    if head.startswith(_OLE):
        return "ole"
    for magic, kind in _OTHER:
        if head.startswith(magic) and (kind != "program" or _CONTROL.search(head)):
            raise Fault("wrong_type", kind=kind)
    return _sniff_text(head)


def _sniff_text(head: bytes) -> str:
    if head.startswith(_UTF16):
        return "text"
    text = head.removeprefix(b"\xef\xbb\xbf")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in text:
        raise Fault("xml_spreadsheet")
    if _HTML.match(text) or (text.lstrip().startswith(b"<?xml") and b"<html" in text.lower()):
        raise Fault("html")
    if text.lstrip().startswith(b"<?xml"):
        raise Fault("wrong_type", kind="xml")
    if _CONTROL.search(text):
        raise Fault("wrong_type", kind="binary")
    return "text"
