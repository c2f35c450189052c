"""What in a workbook is about persons: headings, columns by what stands in them, remarks that name somebody."""

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.parsing import normalise_heading
from common.sheets.workbook import Row
from imports.given_names import GIVEN_NAMES

if TYPE_CHECKING:
    from imports.headings import Match
    from imports.preview import Plan

#: Columns of free remarks, in which somebody may be named.
REMARKS = frozenset({"note", "reason"})
#: Headings under which lists name persons.
_HEADINGS = (
    "Besitzer|Besitzerin|Verantwortlich|Verantwortliche|Verantwortlicher|Verantwortliche/r|Mitarbeiter|Mitarbeiterin|"
    "Mitarbeiter_E-Mail|E-Mail|Email|Nutzer|Nutzerin|Benutzer|Anwender|User|Username|Owner|Ansprechpartner|"
    "Ansprechpartnerin|Ausleiher|Entleiher|Vorname|Nachname|Familienname|Schulleitung|Last Login User|Assigned to|"
    "Ausgegeben an|Checked out to|Name|Namen|Namen der Schüler|Name Schüler|Name Schülerin|Name des Schülers|"
    "Schülername|Schüler|Schülerin|Schüler/in|Schüler*in|Schülernummer|Kind|Klasse|Klassenlehrer|Klassenlehrerin|"
    "Klassenleitung|Lehrkraft|Lehrkräfte|Lehrer|Lehrerin|Lehrer/in|Lehrer*in|Lehrperson|Name Lehrkraft|"
    "Name der Lehrkraft|LuL|SuS|Person|Personalnummer|Besitzer/in|Eigentümer|Eigentümerin|Inhaber|Inhaberin|"
    "Nutzer/in|Nutzername|Benutzerin|Benutzername|Anwenderin|E-Mail-Adresse|Mail|Mailadresse|Telefon|Telefonnummer|Handy|"
    "Handynummer|Geburtsdatum|Geburtstag|Unterschrift|Erziehungsberechtigte|Eltern|Kontakt|Kontaktperson|Ausleihe an|"
    "Ausgeliehen an|Verliehen an|Ausgeliehen von|Übergeben an|Empfänger|Empfängerin|Hausmeister|Bearbeiter|"
    "Bearbeiterin|First name|Last name|Surname|Full name|Teacher|Teacher name|Pupil|Pupil name|Student|Student name|"
    "Class|User name|Primary user|Contact|Phone|Person in charge|Borrower|Employee"
)
_PERSONAL = frozenset(map(normalise_heading, _HEADINGS.split("|")))
#: Columns that name schools, places and companies, some of them after persons.
_PLACES = frozenset(
    {
        "school",
        "number",
        "school_number",
        "name",
        "name_addition",
        "name_addition_2",
        "short_name",
        "district",
        "site",
        "street",
    }
    | {"town", "email", "phone", "phone_area", "building", "supplier", "manufacturer"}
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
#: A German number with its area code set off, or any after a word for telephone; serial numbers are neither.
_PHONE = re.compile(
    r"(?<![\w.-])(?:(?:\+|00)49[ (]*|0)\(?[1-9]\d{1,4}\)?[ /-]{1,3}\d[\d -]{3,}\d(?!\w)"
    r"|\b(?:Tel|Telefon|Handy|Mobil|Durchwahl|Phone)\b[.:]* *[+(]?\d[\d ()/-]{4,}",
    re.IGNORECASE,
)
_NAME = r"[A-ZÄÖÜ][^\W\d_]+(?:[-’'][^\W\d_]+)?"
_FULL_NAME = re.compile(rf"({_NAME})(?: {_NAME}){{1,2}}")
_LIST_NAME = re.compile(rf"{_NAME}(?: {_NAME})?, ?({_NAME})(?: {_NAME})?")
_PAIR = re.compile(rf"\b({_NAME}) {_NAME}")
_TITLED = re.compile(rf"\b(?:Frau|Herrn?|Fr\.|Hr\.|Mrs?\.?|Ms\.?|Miss)\s+(?:(?:Dr|Prof)\.\s*)*{_NAME}")
#: Words beside a given name that make it a thing.
_THINGS = re.compile(
    r"(?:GmbH|AG|KG|Pro|Air|Mini|Plus|Max|Ultra|Lite|[Ss]chule|Gymnasium|[Kk]olleg|Straße|Weg|Platz|Raum|Haus|Team)\b"
)
_TURKISH = str.maketrans("äöüışçğ", "aouiscg")
_LETTERS = re.compile(r" \([A-Z]{1,3}\)$")
_WORD = re.compile(r"[^\W\d_]+")
#: Quickly told whether a text can name somebody at all: most cannot.
_TITLES = frozenset({"frau", "herr", "herrn", "fr", "hr", "mr", "mrs", "ms", "miss"})
_MAYBE_NAMES = GIVEN_NAMES | {name.replace("ae", "a").replace("oe", "o").replace("ue", "u") for name in GIVEN_NAMES}
_SHARE = 0.3
#: So many rows, spread over the whole file, are looked at, and so many different values of them.
_ROWS, _VALUES = 1_000, 200


def is_personal_heading(heading: str) -> bool:
    """Whether it names persons; of equal headings all but the first carry the letters of their column."""
    return normalise_heading(_LETTERS.sub("", heading)) in _PERSONAL


def holds_persons(values: Iterable[Any], *, least: int) -> bool:
    """Whether at least ``least``, and three in ten, of the different texts are names or e-mail addresses."""
    texts = {value for value in values if isinstance(value, str) and value.strip()}
    seen = list(islice(sorted(texts), _VALUES))
    hits = sum(map(is_person, seen))
    return hits >= max(least, 1) and hits >= _SHARE * len(seen)


def is_person(text: str) -> bool:
    """Whether the whole text is a name or an e-mail address."""
    text = text.strip()
    if _MAIL.fullmatch(text) or _TITLED.fullmatch(text):
        return True
    if _MAYBE_NAMES.isdisjoint(_WORD.findall(text.casefold().translate(_TURKISH))):
        return False
    match = _FULL_NAME.fullmatch(text) or _LIST_NAME.fullmatch(text)
    return bool(match and _is_given_name(match[1]) and not _is_thing(match))


def names_person(text: str) -> bool:
    """Whether a remark names somebody or how to reach them: “für Frau Müller”, an e-mail address, a telephone."""
    if ("@" in text and _MAIL.search(text)) or _PHONE.search(text):
        return True
    words = _WORD.findall(text.casefold().translate(_TURKISH))
    if not _TITLES.isdisjoint(words) and _TITLED.search(text):
        return True
    return not _MAYBE_NAMES.isdisjoint(words) and any(
        _is_given_name(match[1]) and not _is_thing(match) for match in _names_in(text)
    )


def persons_in(matches: Sequence["Match"], rows: Sequence[Row]) -> frozenset[int]:
    """Columns that look as if they were about persons: by their heading where it means nothing else, or by what
    stands in them.
    """
    some = rows[:: max(1, len(rows) // _ROWS)]
    return frozenset(match.position for match in matches if _looks_personal(match, some))


def mark_persons(plan: "Plan", key: str, texts: Sequence[Any]) -> None:
    """Say of remarks that they may name somebody; they are taken as they are."""
    named = {text for text in set(texts) if isinstance(text, str) and names_person(text)}
    for i, text in enumerate(texts) if named else ():
        if text in named:
            plan.note(i, key, "personal_text", _("This remark may name a person: please take the name out."), text)


def _looks_personal(match: "Match", rows: Sequence[Row]) -> bool:
    if match.how not in ("exact", "synonym") and is_personal_heading(match.heading):
        return True
    if match.key in _PLACES:
        return False
    values = (row[match.position] for row in rows if match.position < len(row))
    return holds_persons(values, least=2 if match.key else 1)


def _names_in(text: str) -> Iterable[re.Match[str]]:
    """A capitalised word and the next, at every place: each German noun may be the first."""
    at = 0
    while match := _PAIR.search(text, at):
        yield match
        at = match.end(1)


def _is_thing(match: re.Match[str]) -> bool:
    """Whether what stands beside the given name makes it a thing: the firm Otto GmbH, a Rosa Team."""
    return bool(_THINGS.search(match[0].replace(match[1], "", 1)))


def _is_given_name(word: str) -> bool:
    return normalise_heading(word.partition("-")[0]) in GIVEN_NAMES or _unaccented(word) in GIVEN_NAMES


def _unaccented(word: str) -> str:
    """Turkish names are listed without their accents: Hüseyin as huseyin."""
    return normalise_heading(word.casefold().translate(_TURKISH))
