"""Every error in one shape: ``application/problem+json`` of RFC 9457.

``{"type", "title", "status", "detail", "errors": [{"field", "code", "message"}]}``. ``type`` is stable and one of
``PROBLEMS``. ``errors`` is filled for input that was refused, ``field`` is a path such as ``ids.3`` and empty where the
input as a whole is meant. A record that somebody else has changed comes with ``current`` and ``changes``.
"""

import logging
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, RequestDataTooBig, ValidationError
from django.db import DataError, IntegrityError
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from api.throttling import RequestThrottle
from api.versions import etag
from audit.versions import ChangedMeanwhile

logger = logging.getLogger(__name__)

PROBLEM_JSON = "application/problem+json"
#: last part of ``type`` → status and meaning
PROBLEMS: dict[str, tuple[int, Any]] = {
    "parse-error": (400, gettext_lazy("The request cannot be read.")),
    "invalid": (400, gettext_lazy("Input was refused; errors says what and where.")),
    "not-authenticated": (401, gettext_lazy("Nobody has signed in.")),
    "authentication-failed": (401, gettext_lazy("The token is not valid: unknown, expired or revoked.")),
    "permission-denied": (403, gettext_lazy("Who has signed in may not do this.")),
    "not-found": (404, gettext_lazy("There is nothing here, or nothing that you may see.")),
    "method-not-allowed": (405, gettext_lazy("This address does not take the method.")),
    "not-acceptable": (406, gettext_lazy("The answer is JSON; the request accepts something else only.")),
    "conflict": (409, gettext_lazy("Somebody else has changed the same records at the same time.")),
    "still-working": (409, gettext_lazy("A request with the same Idempotency-Key is still being worked on.")),
    "overtaken": (412, gettext_lazy("The record has a newer version; current and changes show it.")),
    "too-large": (413, gettext_lazy("The body is too large.")),
    "unsupported-media-type": (415, gettext_lazy("The body has a media type that is not taken here.")),
    "key-reused": (422, gettext_lazy("The Idempotency-Key belongs to another request.")),
    "version-missing": (428, gettext_lazy("A change names the version that it was decided on in If-Match.")),
    "throttled": (429, gettext_lazy("Too many requests; Retry-After says how many seconds to wait.")),
    "error": (500, gettext_lazy("A fault of ours; it stands in the server's log.")),
}
_WHOLE = {NON_FIELD_ERRORS, api_settings.NON_FIELD_ERRORS_KEY}


class Conflict(exceptions.APIException):
    """Somebody was quicker with the same records: the database has kept its promise and refused ours."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = gettext_lazy("The records have changed meanwhile. Read them again, then repeat the request.")
    default_code = "conflict"


class Overtaken(exceptions.APIException):
    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = gettext_lazy("Somebody else has changed this record since you read it. Nothing was written.")
    default_code = "overtaken"


class BodyTooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = gettext_lazy("The body is too large.")
    default_code = "too_large"


def answer_problem(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Exception handler of the interface; ``None`` for what is a fault of ours."""
    known = _too_often(_as_answer(exc), context)
    answer = exception_handler(known, context)
    if answer is None or not isinstance(known, exceptions.APIException):
        return None
    errors: list[dict[str, str]] = []
    if isinstance(exc, ValidationError):
        errors = list(_domain_errors(exc))
    elif isinstance(known, exceptions.ValidationError):
        errors = list(_input_errors(known.detail))
    detail = _("Some of the input cannot be accepted.") if errors else str(answer.data["detail"])
    answer.data = problem(known.default_code.replace("_", "-"), detail, errors)
    if isinstance(exc, ChangedMeanwhile):
        answer.data |= context["view"].overtaken(exc)
        answer["ETag"] = etag(exc.version)
    answer.content_type = PROBLEM_JSON
    return answer


def fault(status_code: int) -> JsonResponse:
    """For what fails outside the views of the interface: 400 or 500."""
    code = "parse-error" if status_code == status.HTTP_400_BAD_REQUEST else "error"
    body = problem(code, str(PROBLEMS[code][1]), [])
    return JsonResponse(body, status=status_code, content_type=PROBLEM_JSON)


def _too_often(exc: Exception, context: dict[str, Any]) -> Exception:
    """Who is not let in is counted here: REST framework counts only after the check who it is."""
    if isinstance(exc, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        throttle = RequestThrottle()
        if not throttle.allow_request(context["request"], context["view"]):
            return exceptions.Throttled(throttle.wait())
    return exc


def problem(code: str, detail: str, errors: list[dict[str, str]]) -> dict[str, Any]:
    number = PROBLEMS[code][0]
    title = HTTPStatus(number).phrase
    return {"type": f"/api/v1/problems/{code}/", "title": title, "status": number, "detail": detail, "errors": errors}


def _as_answer(exc: Exception) -> Exception:
    """What the domain, the database or Django raise, as an exception of the interface; others as they are."""
    if isinstance(exc, IntegrityError):
        logger.warning("Refused by the database", exc_info=exc)  # a fault of ours would look the same
        return Conflict()
    translated: dict[type[Exception], type[exceptions.APIException]] = {
        ValidationError: exceptions.ValidationError,
        RequestDataTooBig: BodyTooLarge,
        DataError: exceptions.ParseError,
        ChangedMeanwhile: Overtaken,
        Http404: exceptions.NotFound,
        PermissionDenied: exceptions.PermissionDenied,
    }
    return next((answer() for kind, answer in translated.items() if isinstance(exc, kind)), exc)


def _domain_errors(error: ValidationError) -> Iterator[dict[str, str]]:
    """What services and models raise."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    for field, problems in by_field.items():
        for problem in problems:
            for message in problem.messages:
                yield _entry(field, problem.code or "invalid", message)


def _input_errors(detail: Any, path: tuple[str, ...] = ()) -> Iterator[dict[str, str]]:
    """What serializers and filters raise: nested mappings and lists of messages."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _input_errors(inner, path if name in _WHOLE else (*path, str(name)))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            # A list of messages belongs to its field; a list of mappings to the rows that were sent.
            yield from _input_errors(inner, (*path, str(index)) if isinstance(inner, dict) else path)
    else:
        yield _entry(".".join(path), detail.code, str(detail))


def _entry(field: str, code: str, message: str) -> dict[str, str]:
    # Input is repeated here, and may hold what no UTF-8 can say: half of a pair of surrogates.
    field, message = (text.encode(errors="replace").decode() for text in (field, message))
    return {"field": "" if field in _WHOLE else field, "code": code, "message": message}
