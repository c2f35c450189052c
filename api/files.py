"""Files that come in and go out. What goes out is an attachment of a fixed type: no browser shows a stranger's file."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import FileResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from rest_framework import parsers
from rest_framework.exceptions import ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from api.errors import BodyTooLarge

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ANY_FILE = "application/octet-stream"
#: For the description of an operation that answers with a file.
WORKBOOK_ANSWER = {(200, XLSX): OpenApiTypes.BINARY}
FILE_ANSWER = {(200, ANY_FILE): OpenApiTypes.BINARY}

_MEGABYTE = 1024 * 1024
#: Names, boundaries and the other fields of a form around the file itself.
_AROUND = 64 * 1024


class WorkbookRenderer(JSONRenderer):
    """Who asks for a workbook gets one; only problems are rendered, and they are JSON."""

    media_type = XLSX
    format = "xlsx"


class FileRenderer(JSONRenderer):
    media_type = ANY_FILE
    format = "file"


#: ``renderer_classes`` of operations that answer with a file.
FILES = [JSONRenderer, WorkbookRenderer, FileRenderer]


class FormParser(parsers.MultiPartParser):
    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Raises ``ParseError``, for too many fields as well."""
        try:
            return super().parse(stream, media_type, parser_context)
        except SuspiciousOperation as error:
            raise ParseError(str(error)) from error


class UploadMixin:
    """Decides by what is announced how large an upload may be, before anything reads or stores it."""

    #: actions that take a file
    uploads: frozenset[str] = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if self.action in self.uploads and _announced(request) > settings.UPLOAD_MAX_BYTES + _AROUND:  # type: ignore[attr-defined]
            if "Authorization" in request.headers:
                _pass_over(request)
            raise too_large()
        super().initial(request, *args, **kwargs)  # type: ignore[misc]

    def get_parsers(self) -> list[Any]:
        """REST framework asks before it has set ``action``."""
        actions: Mapping[str, str] = getattr(self, "action_map", None) or {}
        method = getattr(self.request, "method", None) or ""  # type: ignore[attr-defined]
        action = actions.get(method.lower())
        return [FormParser()] if action in self.uploads else super().get_parsers()  # type: ignore[misc]


def too_large() -> BodyTooLarge:
    text = _("The file is larger than %(limit)s MB and was not taken. Split the table into several files.")
    return BodyTooLarge(text % {"limit": settings.UPLOAD_MAX_BYTES // _MEGABYTE})


def attachment(file: IO[bytes], name: str, content_type: str = XLSX) -> FileResponse:
    headers = {"X-Content-Type-Options": "nosniff"}
    return FileResponse(file, as_attachment=True, filename=name, content_type=content_type, headers=headers)


def _announced(request: Request) -> int:
    """Length of the body as the client says; 0 where it says nothing (then nothing is read either)."""
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdecimal() else 0


def _pass_over(request: Request) -> None:
    """Read the body piece by piece and keep nothing: many clients read an answer only after they have sent all."""
    while request._request.read(_MEGABYTE):
        pass
