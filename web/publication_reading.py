"""What the pages of committee reports show."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from reports.models import Publication
from reports.publishing import content_of
from reports.publishing.comparing import against_edition, other_parts
from reports.publishing.document import document
from schools.access import Right, has_right_everywhere


def detail_context(request: HttpRequest, publication: Publication) -> dict[str, Any]:
    today = timezone.localdate()
    content = content_of(publication, request.user, today=today)
    newer = _newer(request, publication)
    return {
        "publication": publication,
        "content": content,
        "document": document(content),
        "newer": newer,
        "differences": against_edition(content, newer, reader=request.user, today=today) if newer else (),
        "other_parts": other_parts(publication, newer) if newer else (),
        "may_publish": has_right_everywhere(request.user, Right.PUBLISH),
        "problems": [one for one in content.figures if one["problem"]],
    }


def blank(user: Any, today: date) -> Publication:
    """What a new report begins with: the last day of the month before, and the committee of the report before."""
    last = Publication.objects.visible_to(user).before(date.max).first()
    return Publication(
        title=last.title if last else "",
        committee=last.committee if last else "",
        as_of=today.replace(day=1).fromordinal(today.replace(day=1).toordinal() - 1),
        since=last.since if last else None,
    )


def _newer(request: HttpRequest, publication: Publication) -> Publication | None:
    """The edition that takes the place of this one; its draft only for those who write it."""
    newer = publication.next_edition
    if newer is None or newer.is_published or has_right_everywhere(request.user, Right.PUBLISH):
        return newer
    return None
