"""Every error in one shape: ``application/problem+json`` of RFC 9457.

``{"type", "title", "status", "detail", "errors": [{"field", "code", "message"}]}``; ``errors`` is filled for
input that was refused, ``field`` is a path such as ``ids.3`` and empty where the input as a whole is meant.
"""

import logging
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, RequestDataTooBig, ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

logger = logging.getLogger(__name__)

PROBLEM_JSON = "application/problem+json"
_WHOLE = {NON_FIELD_ERRORS, api_settings.NON_FIELD_ERRORS_KEY}


class ChangedMeanwhile(exceptions.APIException):
    """Somebody was quicker with the same records: the database has kept its promise and refused ours."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = gettext_lazy("The records have changed meanwhile. Read them again, then repeat the request.")
    default_code = "changed_meanwhile"


class BodyTooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = gettext_lazy("The body is too large.")
    default_code = "too_large"


def answer_problem(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Exception handler of the interface; ``None`` for what is a fault of ours."""
    errors: list[dict[str, str]] = []
    if isinstance(exc, ValidationError):
        errors = list(_domain_errors(exc))
        exc = exceptions.ValidationError()
    elif isinstance(exc, RequestDataTooBig):
        exc = BodyTooLarge()
    elif isinstance(exc, exceptions.ValidationError):
        errors = list(_input_errors(exc.detail))
    elif isinstance(exc, IntegrityError):
        logger.warning("Refused by the database", exc_info=exc)  # a fault of ours would look the same
        exc = ChangedMeanwhile()
    answer = exception_handler(exc, context)
    if answer is None:
        return None
    detail = _("Some of the input cannot be accepted.") if errors else str(answer.data["detail"])
    answer.data = {
        "type": "about:blank",
        "title": HTTPStatus(answer.status_code).phrase,
        "status": answer.status_code,
        "detail": detail,
        "errors": errors,
    }
    answer.content_type = PROBLEM_JSON
    return answer


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
    return {"field": "" if field in _WHOLE else field, "code": code, "message": message}
