"""A report to take away, for one reader: PDF and workbook."""

from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext

from common.parsing import sort_key
from reports.models import Publication
from reports.publishing.content import content_of
from reports.publishing.document import document
from reports.publishing.parts import Document, instant
from reports.typeset import write_pdf
from reports.workbooks.money import authority
from reports.workbooks.publication import write_publication


def pdf(publication: Publication, *, reader: Any, now: datetime) -> bytes:
    found = _document(publication, reader, now)
    at = publication.published_at or now
    return write_pdf(found, at=at, authority=authority(), is_draft=not publication.is_published)


def write_workbook(target: str | Path | IO[bytes], publication: Publication, *, reader: Any, now: datetime) -> None:
    below = gettext("Draft of %(at)s") % {"at": instant(now)}
    if publication.published_at:
        below = gettext("Published on %(at)s") % {"at": instant(publication.published_at)}
    write_publication(target, _document(publication, reader, now), now=publication.published_at or now, below=below)


def file_name(publication: Publication, ending: str) -> str:
    edition = f"-{publication.edition}" if publication.edition > 1 else ""
    name = slugify(sort_key(publication.title))[:60].strip("-") or gettext("report")
    draft = "" if publication.is_published else gettext("draft-")
    return f"{draft}{name}-{publication.session_on}{edition}.{ending}"


def _document(publication: Publication, reader: Any, now: datetime) -> Document:
    return document(content_of(publication, reader, today=timezone.localdate(now)))
