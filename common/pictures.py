"""Photos without what the camera wrote into them: place, time, device, owner. Pixels stay as they are.

JPEG by ISO/IEC 10918-1 annex B, its metadata by CIPA DC-008 (Exif); PNG by the W3C recommendation; WebP by RFC 9649.
All that is kept is what a viewer needs: pixels, colours, and which side is up.
"""

from collections.abc import Callable, Iterator
from struct import error as StructError
from struct import pack, unpack_from

from common.files import JPEG, PNG, WEBP, FileType

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_RESTARTS = range(0xD0, 0xD8)
_APP0, _APP1, _APP2, _APP14, _APP15, _COMMENT = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
_EXIF = b"Exif\x00\x00"
_ORIENTATION = 0x0112
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs"}
)
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_WEBP_METADATA = 0x08 | 0x04  # flags of VP8X: Exif, XMP


def without_metadata(data: bytes, kind: FileType) -> bytes:
    """The same picture. Raises ``ValueError`` for one that cannot be followed, or of a type that is not known here."""
    if kind not in _STRIP:
        raise ValueError("not a picture that can be read")
    try:
        return _STRIP[kind](data)
    except (IndexError, StructError) as error:
        raise ValueError("the picture is damaged") from error


def _jpeg(data: bytes) -> bytes:
    """What follows the end of the picture (films, previews with metadata of their own) is left out, too."""
    kept, orientation = [b"\xff\xd8"], 1
    for marker, segment in _segments(data):
        if marker == _APP1 and segment[4:].startswith(_EXIF):
            orientation = _orientation(segment[4 + len(_EXIF) :])
        elif _is_kept(marker, segment):
            kept.append(segment)
    if orientation != 1:
        kept.insert(1, _exif_of(orientation))
    return b"".join(kept) + b"\xff\xd9"


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """``(marker, bytes with marker)`` between the beginning and the end of a JPEG; pixels go with their ``SOS``."""
    at = 2
    while True:
        while data[at + 1] == 0xFF:  # fill bytes
            at += 1
        marker = data[at + 1]
        if data[at] != 0xFF or marker in (0x00, _SOI):
            raise ValueError("no segment where one must begin")
        if marker == _EOI:
            return
        end = at + 2 + unpack_from(">H", data, at + 2)[0]
        if marker == _SOS:
            end = _end_of_pixels(data, end)
        if end > len(data):
            raise ValueError("a segment is cut off")
        yield marker, data[at:end]
        at = end


def _end_of_pixels(data: bytes, at: int) -> int:
    """Where the next segment begins: within pixels 0xFF is followed by zero, or by the number of a restart."""
    while (at := data.find(b"\xff", at)) >= 0:
        if data[at + 1] != 0x00 and data[at + 1] not in _RESTARTS:
            return at
        at += 2
    raise ValueError("the picture has no end")


def _is_kept(marker: int, segment: bytes) -> bool:
    if marker == _APP2:
        return segment[4:].startswith(b"ICC_PROFILE")
    return marker in (_APP0, _APP14) or not (_APP0 <= marker <= _APP15 or marker == _COMMENT)


def _orientation(tiff: bytes) -> int:
    """The value 1 to 8 of the first directory; 1 where there is none."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (first,) = unpack_from(f"{order}I", tiff, 4)
        (number,) = unpack_from(f"{order}H", tiff, first)
        for n in range(number):
            tag, _kind, _count, value = unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * n)
            if tag == _ORIENTATION:
                return int(value) if 1 <= value <= 8 else 1
    except StructError:
        return 1
    return 1


def _exif_of(orientation: int) -> bytes:
    """A segment that says nothing but which side is up."""
    tiff = b"MM\x00\x2a" + pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0)
    return b"\xff\xe1" + pack(">H", 2 + len(_EXIF) + len(tiff)) + _EXIF + tiff


def _png(data: bytes) -> bytes:
    kept, at = [_PNG_SIGNATURE], len(_PNG_SIGNATURE)
    while True:
        length, name = unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise ValueError("a part is cut off")
        if name in _PNG_KEPT:
            kept.append(data[at:end])
        if name == b"IEND":
            return b"".join(kept)
        at = end


def _webp(data: bytes) -> bytes:
    (size,) = unpack_from("<I", data, 4)
    end, at, kept = 8 + size, 12, [b"WEBP"]
    while at < end:
        name, length = unpack_from("<4sI", data, at)
        part = data[at : at + 8 + length + length % 2]
        if len(part) < 8 + length:
            raise ValueError("a part is cut off")
        if name == b"VP8X":
            part = part[:8] + bytes([part[8] & ~_WEBP_METADATA]) + part[9:]
        if name in _WEBP_KEPT:
            kept.append(part)
        at += 8 + length + length % 2
    content = b"".join(kept)
    return b"RIFF" + pack("<I", len(content)) + content


_STRIP: dict[FileType, Callable[[bytes], bytes]] = {JPEG: _jpeg, PNG: _png, WEBP: _webp}
