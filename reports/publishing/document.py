"""A report as a document in its own language: what it is about, its texts, and what was computed."""

from collections.abc import Iterator

from django.utils import translation
from django.utils.translation import gettext

from reports.publishing.content import Content, Data
from reports.publishing.parts import Document, Section, day_text, instant, iso_text
from reports.publishing.sections import computed_sections
from reports.publishing.texts import Passage, passages


def document(content: Content) -> Document:
    """In the language in which the report was published; a draft in the active one."""
    publication = content.publication
    language = publication.language or translation.get_language() or "de"
    with translation.override(language):
        sections = [Section(block.heading, block.passages) for block in content.blocks]
        sections += [one for one in computed_sections(content) if one is not None]
        sections.append(Section(gettext("About this report"), _colophon(content)))
        return Document(publication.title, language, _facts(content), list(_remarks(content)), sections)


def _facts(content: Content) -> list[tuple[str, str]]:
    publication = content.publication
    facts = [
        (gettext("Committee"), publication.committee),
        (gettext("Session"), day_text(publication.session_on)),
        (gettext("As-of date"), day_text(publication.as_of)),
    ]
    if publication.since:
        facts.append((gettext("Period since"), day_text(publication.since)))
    if publication.edition > 1:
        facts.append((gettext("Edition"), f"{publication.edition}: {publication.correction}"))
    return facts


def _remarks(content: Content) -> Iterator[str]:
    """What readers should know before they read on."""
    publication = content.publication
    if content.is_forecast and publication.is_published:
        yield gettext("Forecast: the as-of date was still to come. This says what was known then, not what came.")
    elif content.is_forecast:
        yield gettext("Forecast: the as-of date is still to come. This says what is known now, not what will be.")
    if publication.session_on < publication.as_of:
        yield gettext("The session is before the as-of date.")
    if content.data["standard"] is None:
        yield gettext("No equipment standard is in force on the as-of date: completion is unknown.")


def _colophon(content: Content) -> list[Passage]:
    publication, standard = content.publication, content.data["standard"]
    lines = []
    if publication.published_at:
        text = gettext("Published on %(at)s by %(who)s; all values as known then. They do not change any more.")
        who = publication.published_by or gettext("the system")
        lines.append(text % {"at": instant(publication.published_at), "who": who})
    else:
        lines.append(gettext("Draft: all values as known now. They are frozen when the report is published."))
    if standard:
        text = gettext("Equipment standard: “%(name)s”, in force since %(day)s")
        lines.append(
            text % {"name": standard["name"], "day": iso_text(standard["valid_from"])} + _presented(standard) + "."
        )
    return passages("\n\n".join(lines))


def _presented(standard: Data) -> str:
    if not standard["presented_on"]:
        return ""
    text = gettext(", presented on %(day)s: %(committee)s")
    return text % {"day": iso_text(standard["presented_on"]), "committee": standard["committee"] or "–"}
