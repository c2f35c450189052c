"""Files that belong to a record: documents, photos. What they are is read from their content, not from their name."""

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Any, NamedTuple, cast
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _


class FileType(NamedTuple):
    media_type: str
    extension: str


PDF = FileType("application/pdf", "pdf")
JPEG = FileType("image/jpeg", "jpg")
PNG = FileType("image/png", "png")
WEBP = FileType("image/webp", "webp")
HEIC = FileType("image/heic", "heic")
_OPENXML = "application/vnd.openxmlformats-officedocument"
_OPENDOCUMENT = "application/vnd.oasis.opendocument"
DOCX = FileType(f"{_OPENXML}.wordprocessingml.document", "docx")
XLSX = FileType(f"{_OPENXML}.spreadsheetml.sheet", "xlsx")
ODT = FileType(f"{_OPENDOCUMENT}.text", "odt")
ODS = FileType(f"{_OPENDOCUMENT}.spreadsheet", "ods")
#: What browsers show; anything else is only handed out.
PICTURES = frozenset(kind.media_type for kind in (JPEG, PNG, WEBP))

_HEAD = 32
_HEIC_BRANDS = (b"heic", b"heix", b"mif1", b"msf1")
_OFFICE = (DOCX, "word/document.xml"), (XLSX, "xl/workbook.xml")


class StoredFile(models.Model):
    """A file kept with a record. ``size`` in bytes; ``digest``: SHA-256; ``media_type`` by content, not by name."""

    file = models.FileField(_("file"), upload_to="files/%Y/", max_length=250)
    name = models.CharField(_("name"), max_length=150)
    size = models.PositiveIntegerField(_("size"))
    media_type = models.CharField(_("media type"), max_length=100)
    digest = models.CharField(_("digest"), max_length=64)
    added_at = models.DateTimeField(_("added at"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


def file_fields(upload: File, name: str, at: datetime) -> dict[str, Any]:
    """The fields of a ``StoredFile`` of what was sent. ``name``: as people read it, by default that of the file.

    Where it is kept it has a name that nobody can guess, and the ending of its type. Raises ``ValidationError`` at
    ``file``: empty, larger than ``FILE_MAX_BYTES``, of another type than PDF, picture, text document or workbook.
    """
    size = upload.size or 0
    if not size:
        raise _refused(_("The file is empty."), "empty")
    if size > settings.FILE_MAX_BYTES:
        limit = {"limit": settings.FILE_MAX_BYTES // 1024 // 1024}
        raise _refused(_("The file is too large: at most %(limit)d MB."), "too_large", limit)
    kind = file_type(upload)
    if kind is None:
        text = _("Files of this type are not kept. Please send a PDF, a picture, a text document or a workbook.")
        raise _refused(text, "unknown_type")
    upload.seek(0)
    shown = " ".join((name or PurePosixPath((upload.name or "").replace("\\", "/")).name).split())
    return {
        "file": File(upload.file, name=f"{uuid4().hex}.{kind.extension}"),
        "name": shown or f"{_('file')}.{kind.extension}",
        "size": size,
        "media_type": kind.media_type,
        "digest": _digest(upload),
        "added_at": at,
    }


def file_type(file: File) -> FileType | None:
    """What the content is; ``None`` for what is not kept, such as programs and documents with macros."""
    file.seek(0)
    head = file.read(_HEAD)
    for kind, fits in _MARKS:
        if fits(head):
            return kind
    return _office_type(file) if head.startswith(b"PK\x03\x04") else None


@contextmanager
def kept_or_removed(record: StoredFile) -> Iterator[None]:
    """Around saving: a file that was written for a record that could not be kept is removed."""
    try:
        yield
    except BaseException:
        if record.file.name and record.file.storage.exists(record.file.name):
            record.file.storage.delete(record.file.name)
        raise


def remove_with_file(record: StoredFile) -> None:
    """Delete the record, and its file once that lasts."""
    storage, stored = record.file.storage, record.file.name or ""
    record.delete()
    transaction.on_commit(lambda: storage.delete(stored))


def _is_heic(head: bytes) -> bool:
    return head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS


_MARKS: tuple[tuple[FileType, Callable[[bytes], bool]], ...] = (
    (PDF, lambda head: head.startswith(b"%PDF-")),
    (JPEG, lambda head: head.startswith(b"\xff\xd8\xff")),
    (PNG, lambda head: head.startswith(b"\x89PNG\r\n\x1a\n")),
    (WEBP, lambda head: head.startswith(b"RIFF") and head[8:12] == b"WEBP"),
    (HEIC, _is_heic),
)


def _office_type(file: File) -> FileType | None:
    try:
        with zipfile.ZipFile(cast(IO[bytes], file)) as archive:
            names = set(archive.namelist())
            first = archive.read("mimetype")[:100].decode("ascii", "replace") if _is_open(archive) else ""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        return None
    if any(PurePosixPath(name).name.lower() == "vbaproject.bin" for name in names):
        return None
    if first:
        return next((kind for kind in (ODT, ODS) if kind.media_type == first), None)
    return next((kind for kind, part in _OFFICE if {part, "[Content_Types].xml"} <= names), None)


def _is_open(archive: zipfile.ZipFile) -> bool:
    """Whether it says its type as OpenDocument does: in a short part of its own, not compressed."""
    found = [info for info in archive.infolist() if info.filename == "mimetype"]
    return len(found) == 1 and found[0].file_size < _HEAD * 4 and found[0].compress_type == zipfile.ZIP_STORED


def _digest(file: File) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _refused(text: Any, code: str, params: dict[str, Any] | None = None) -> ValidationError:
    return ValidationError({"file": ValidationError(text, code, params)})
