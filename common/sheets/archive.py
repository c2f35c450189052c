"""A zip file that is believed only as far as it was inflated, block by block."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from common.sheets.workbook import MIB, Fault, Limits

_BLOCK = 256 * 1024
_LOCAL_HEADER = 30
_RATIO_FROM = 8 * MIB  # below this a high ratio harms nobody
_XML_SUFFIXES = (".xml", ".rels", ".vml")
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)")


class Archive:
    """Central directory checked on opening, contents by `blocks`.

    Raises Fault `damaged`, `encrypted`, `too_many_parts` or `zip_bomb`.
    """

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self._file = file
        self._limits = limits
        self._inflated = 0
        try:
            with zipfile.ZipFile(file) as directory:
                parts = directory.infolist()
        except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, ValueError) as error:
            raise Fault("damaged") from error
        self._check_directory(parts)
        self.parts = {part.filename: part for part in parts}
        self._lower = {name.lower(): name for name in self.parts}
        if len(self._lower) != len(parts):
            raise Fault("damaged")

    def _check_directory(self, parts: list[zipfile.ZipInfo]) -> None:
        if len(parts) > self._limits.parts:
            raise Fault("too_many_parts", limit=self._limits.parts)
        if any(part.flag_bits & 0x1 for part in parts):
            raise Fault("encrypted")
        if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
            raise Fault("damaged")
        end = 0
        for part in sorted(parts, key=lambda part: part.header_offset):
            if part.header_offset < end:  # parts that share bytes: one bomb, many fuses
                raise Fault("zip_bomb")
            end = part.header_offset + _LOCAL_HEADER + part.compress_size

    def find(self, name: str) -> str | None:
        """Return the stored spelling of a part's name, whatever its case."""
        return self._lower.get(name.lower().lstrip("/"))

    def read(self, name: str) -> bytes:
        """Return a whole small part, such as the list of sheets."""
        return b"".join(self.blocks(name))

    def blocks(self, name: str) -> Iterator[bytes]:
        """Inflate a part in blocks, counting what really comes out."""
        part = self.parts[name]
        allowed = max(_RATIO_FROM, self._limits.inflation_ratio * part.compress_size)
        size = 0
        for block in self._inflate(part):
            size += len(block)
            self._inflated += len(block)
            if size > allowed or self._inflated > self._limits.inflated_bytes:
                raise Fault("zip_bomb")
            yield block
        if size != part.file_size:
            raise Fault("damaged")

    def _inflate(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        packed = self._packed(part)
        if part.compress_type == zipfile.ZIP_STORED:
            yield from packed
            return
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for block in packed:
                while block:
                    yield inflater.decompress(block, _BLOCK)
                    block = inflater.unconsumed_tail
            yield inflater.flush()
        except zlib.error as error:
            raise Fault("damaged") from error

    def _packed(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        """Yield the stored bytes of a part; its local header gives the true start."""
        self._file.seek(part.header_offset)
        header = self._file.read(_LOCAL_HEADER)
        if len(header) < _LOCAL_HEADER or not header.startswith(b"PK\x03\x04"):
            raise Fault("damaged")
        skip = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        position = part.header_offset + _LOCAL_HEADER + skip
        left = part.compress_size
        while left:
            self._file.seek(position)  # callers may interleave parts
            block = self._file.read(min(left, _BLOCK))
            if not block:
                raise Fault("damaged")
            position += len(block)
            left -= len(block)
            yield block


def is_xml(name: str) -> bool:
    """Tell whether a part of the archive holds XML."""
    return name.lower().endswith(_XML_SUFFIXES)


def xml_slabs(blocks: Iterable[bytes], cut: bytes = b">") -> Iterator[bytes]:
    """Join blocks to slabs that end with `cut`, so that no tag (or row) is torn apart.

    Raises Fault `entities` for a document type or entity declaration, which no
    spreadsheet program writes, and `damaged` for an encoding other than UTF-8.
    """
    pieces: list[bytes] = []
    is_first = True
    for block in blocks:
        if is_first and block:
            _check_encoding(block)
            is_first = False
        end = block.rfind(cut) + len(cut) if cut in block else 0
        if end:
            pieces.append(block[:end])
            yield _without_declarations(b"".join(pieces))
            pieces = [block[end:]]
        else:
            pieces.append(block)
    yield _without_declarations(b"".join(pieces))


def _check_encoding(block: bytes) -> None:
    declared = _ENCODING.match(block.removeprefix(b"\xef\xbb\xbf").lstrip())
    is_foreign = declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii")
    if is_foreign or block.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in block[:8]:
        raise Fault("damaged")


def _without_declarations(slab: bytes) -> bytes:
    if b"<!" in slab and _DECLARATION.search(slab):
        raise Fault("entities")
    return slab
