"""The same POST twice does its work once: ``Idempotency-Key`` names an attempt, and the answer is kept for a day.

Claim, work and answer share one transaction. Whatever fails leaves neither work nor claim, so that the next attempt
begins afresh; only an answer of success is kept. Who asks with a key that is still being worked on gets 409, or, where
the database has one writer at a time, waits for the answer.
"""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from api.models import AnsweredRequest

#: How long an answer is kept.
KEPT_FOR = timedelta(hours=24)
REPLAYED = "Idempotency-Replayed"
_KEY = re.compile(r"[!-~]{1,255}")
_KEPT_HEADERS = ("ETag", "Location")


class KeyReused(exceptions.APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = _("This Idempotency-Key was used for another request. Take a new one for each thing to be done.")
    default_code = "key_reused"


class StillWorking(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = _("A request with this Idempotency-Key is still being worked on. Repeat it in a moment.")
    default_code = "still_working"


class OnceMixin:
    """Every POST may carry an ``Idempotency-Key``."""

    #: names in the answer that are not kept, because they are secret: a repeated request gets ``null`` for them
    secrets: frozenset[str] = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        key = request.headers.get("Idempotency-Key")
        if request.method == "POST" and key is not None and hasattr(self, "post"):
            if not _KEY.fullmatch(key):
                raise exceptions.ParseError(_("An Idempotency-Key is 1 to 255 characters of ASCII without spaces."))
            # dispatch() looks the handler up on the view, after initial(): only who may ask gets here.
            self.post: Callable[..., Response] = _once(request, key, self.post, self.secrets)


def forget_answers(before: datetime) -> int:
    """Delete answers given before that instant; gives their number. For the daily clean-up."""
    return AnsweredRequest.objects.filter(created_at__lt=before).delete()[0]


def _once(
    request: Request, key: str, handler: Callable[..., Response], secrets: frozenset[str]
) -> Callable[..., Response]:
    def answer(*args: Any, **kwargs: Any) -> Response:
        fingerprint = _fingerprint(request)
        with transaction.atomic():
            mine, claimed = _claim(request.user, key, fingerprint)
            if not claimed:
                return _replayed(mine, fingerprint)
            response = handler(*args, **kwargs)
            if response.status_code < 400 and isinstance(response, Response):
                mine.status, mine.body = response.status_code, _kept(response, secrets)
                mine.save(update_fields=["status", "body"])
            else:
                mine.delete()
        return response

    return answer


def _claim(user: Any, key: str, fingerprint: str) -> tuple[AnsweredRequest, bool]:
    """The row of this key, and whether it is new. Raises ``StillWorking`` while another request holds it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, %s))", [key, user.pk])
            if not cursor.fetchone()[0]:
                raise StillWorking
    now = timezone.now()
    own = AnsweredRequest.objects.visible_to(user)
    own.filter(key=key, created_at__lt=now - KEPT_FOR).delete()
    return own.get_or_create(user=user, key=key, defaults={"fingerprint": fingerprint, "created_at": now})


def _replayed(row: AnsweredRequest, fingerprint: str) -> Response:
    if row.fingerprint != fingerprint:
        raise KeyReused
    kept: Any = row.body
    return Response(json.loads(kept["text"]), row.status, headers={**kept["headers"], REPLAYED: "true"})


def _kept(response: Response, secrets: frozenset[str]) -> dict[str, Any]:
    """As text, because PostgreSQL does not keep the order of JSON keys."""
    data = response.data
    if secrets:
        data = {name: None if name in secrets else value for name, value in data.items()}
    headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
    return {"headers": headers, "text": JSONRenderer().render(data).decode() or "null"}


def _fingerprint(request: Request) -> str:
    """What was asked for, and with which token: its limits decide what the answer may show. SHA-256."""
    data = request.data
    if isinstance(data, MultiValueDict):
        data = {name: [_content(value) for value in data.getlist(name)] for name in data}
    asked = [request.method, request.get_full_path(), getattr(request.auth, "pk", None), data]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _content(value: Any) -> str:
    if not isinstance(value, UploadedFile):
        return str(value)
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return f"{value.name} {digest.hexdigest()}"
