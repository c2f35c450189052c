"""Photos lose what the camera wrote into them, and nothing else."""

import base64
import zlib
from struct import pack, unpack_from

import pytest

from common.files import HEIC, JPEG, PNG, WEBP
from common.pictures import without_metadata

#: One grey pixel, as written by libjpeg.
PIXEL = (
    base64.b64decode(
        "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////"
        "////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA="
    )
    + b"\xff\xd9"
)
PLACE = b"51.4556 N 7.0116 E, iPhone von Lena"


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + pack(">H", len(content) + 2) + content


def exif(orientation: int, order: str = ">") -> bytes:
    sign = b"MM" if order == ">" else b"II"
    entry = pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    return b"Exif\x00\x00" + sign + pack(f"{order}HIH", 42, 8, 1) + entry + pack(f"{order}I", 0) + PLACE


def chunk(name: bytes, content: bytes) -> bytes:
    return pack(">I", len(content)) + name + content + pack(">I", zlib.crc32(name + content))


def test_jpeg_keeps_pixels_and_loses_the_rest() -> None:
    metadata = segment(0xE1, exif(1)) + segment(0xFE, PLACE) + segment(0xED, PLACE) + segment(0xE2, b"MPF\x00" + PLACE)
    colours = segment(0xE2, b"ICC_PROFILE\x00\x01\x01sRGB")
    photo = PIXEL[:2] + metadata + colours + PIXEL[2:] + b"a film" + PLACE
    assert without_metadata(photo, JPEG) == PIXEL[:2] + colours + PIXEL[2:]


@pytest.mark.parametrize("order", ["<", ">"])
def test_jpeg_stays_upright(order: str) -> None:
    bare = without_metadata(PIXEL[:2] + segment(0xE1, exif(6, order)) + PIXEL[2:], JPEG)
    assert (PLACE in bare, bare[:4], bare[6:12]) == (False, b"\xff\xd8\xff\xe1", b"Exif\x00\x00")
    assert unpack_from(">HHIH", bare, 22) == (0x0112, 3, 1, 6)
    assert without_metadata(bare, JPEG) == bare


def test_png_keeps_pixels_and_colours() -> None:
    head, pixels = chunk(b"IHDR", pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), chunk(b"IDAT", zlib.compress(b"\0\0"))
    start, end = b"\x89PNG\r\n\x1a\n" + head + chunk(b"gAMA", pack(">I", 45455)), chunk(b"IEND", b"")
    photo = start + chunk(b"eXIf", PLACE) + chunk(b"tEXt", b"Author\0Lena") + pixels + end + PLACE
    assert without_metadata(photo, PNG) == start + pixels + end


def test_webp_says_no_longer_that_it_has_metadata() -> None:
    def part(name: bytes, content: bytes) -> bytes:
        return name + pack("<I", len(content)) + content + b"\0" * (len(content) % 2)

    def riff(*parts: bytes) -> bytes:
        return b"RIFF" + pack("<I", 4 + sum(map(len, parts))) + b"WEBP" + b"".join(parts)

    pixels, canvas = part(b"VP8 ", b"abc"), bytes(9)
    photo = riff(part(b"VP8X", b"\x2c" + canvas), pixels, part(b"EXIF", PLACE), part(b"XMP ", PLACE))
    assert without_metadata(photo, WEBP) == riff(part(b"VP8X", b"\x20" + canvas), pixels)


@pytest.mark.parametrize("photo", [PIXEL[:40], PIXEL[:-2], b"\xff\xd8\xff", PIXEL[:2] + b"nothing of the kind"])
def test_damaged_photo_is_refused(photo: bytes) -> None:
    with pytest.raises(ValueError, match=r"picture|segment"):
        without_metadata(photo, JPEG)


def test_other_types_are_refused() -> None:
    with pytest.raises(ValueError, match=r"picture|segment"):
        without_metadata(b"....ftypheic", HEIC)
