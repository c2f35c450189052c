"""Committee reports as PDF: A4, tagged (PDF/UA-1). Set by typst; what people wrote goes in as data, never as markup."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext, override

from reports.publishing.parts import WIDTH, Document, Table, instant
from reports.publishing.texts import Passage

#: What typst says of a sign that its fonts lack.
_NO_GLYPH = "could not be displayed"
_LAYOUT = (Path(__file__).parent / "layouts" / "publication.typ").read_bytes()


def write_pdf(found: Document, *, at: datetime, authority: str = "", is_draft: bool = False) -> bytes:
    """``at``: stands in the footer of a draft, and in the properties of the file, which is the same each time."""
    with override(found.language):
        data = _data(found, at, authority, is_draft)
    try:
        return _compiled(data, at, "ua-1")
    except typst.TypstError as error:
        if _NO_GLYPH not in str(error):
            raise
    # One emoji in a text: the standard asks for a glyph of every sign, and a report all the same is worth more.
    return _compiled(data, at, [])


def _compiled(data: dict[str, Any], at: datetime, standards: Any) -> bytes:
    pdf: bytes = typst.compile(
        _LAYOUT,
        sys_inputs={"data": json.dumps(data)},
        format="pdf",
        pdf_standards=standards,
        ignore_system_fonts=True,
        timestamp=at.replace(microsecond=0),
    )
    return pdf


def _data(found: Document, at: datetime, authority: str, is_draft: bool) -> dict[str, Any]:
    return {
        "title": found.title,
        "language": found.language,
        "authority": authority,
        "draft": gettext("Draft of %(at)s") % {"at": instant(at)} if is_draft else "",
        "page": gettext("Page {page} of {pages}"),
        "facts": [list(pair) for pair in found.facts],
        "remarks": list(found.remarks),
        "sections": [
            {"heading": section.heading, "parts": [_part(part) for part in section.parts]} for section in found.sections
        ],
    }


def _part(part: Passage | Table) -> dict[str, Any]:
    if isinstance(part, Passage):
        return {"kind": "list" if part.is_list else "text", "lines": list(part.lines)}
    columns = part.shown_columns
    return {
        "kind": "table",
        "head": [column.heading for column in columns],
        "shares": [column.share for column in columns],
        "right": [column.is_number for column in columns],
        "title": part.title,
        "width": min(sum(column.share for column in columns) / WIDTH, 1) * 100,
        "has-total": part.has_total,
        "rows": [[text for _column, text in row] for row in part.texts],
    }
