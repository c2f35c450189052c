"""How large an upload may be: decided by what the browser announces, before anything of it is stored."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

MEGABYTE = 1024 * 1024
#: Names, boundaries and the other fields of a form around the file itself.
_AROUND = 64 * 1024
_PIECE = 1024 * 1024


def announced_bytes(request: HttpRequest) -> int:
    """Length of the body as the browser says; 0 where it says nothing (then Django reads nothing either)."""
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdecimal() else 0


def is_too_large(request: HttpRequest, limit: int) -> bool:
    return announced_bytes(request) > limit + _AROUND


def pass_over(request: HttpRequest) -> None:
    """Read the body piece by piece and keep nothing: browsers show an answer only after they have sent all."""
    while request.read(_PIECE):
        pass


def too_large(limit_megabytes: int) -> str:
    text = _("The file is larger than %(limit)s MB and was not taken. Split the table into several files.")
    return text % {"limit": limit_megabytes}
