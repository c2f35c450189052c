"""Which column of a kind a heading means, and how sure that is."""

import hashlib
import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz import fuzz, process

from common.columns import Column
from common.parsing import normalise_heading
from common.sheets.workbook import CellValue, cell_name
from imports.personal import is_personal_heading

#: Heading → key of a column, or ``None`` where it is not to be used.
Choices = Mapping[str, str | None]

#: Of 100. From here on a similar heading is used, and shown as such …
SURE = 90
#: … and from here on it is at least suggested.
_WORTH_SAYING = 72
#: A heading as near to two columns as this is left to a person.
_MARGIN = 3
#: Shorter names are near to everything: they count only where they are met exactly.
_SHORTEST = 5
#: Longer texts are no headings.
_LONGEST = 80
#: What a heading loses for words that were passed over.
_REWORDED, _WITHOUT_NOISE, _ITS_NUMBER, _OTHER_THING = 3, 5, 10, 25

_BRACKETS = re.compile(r"\(([^)]*)\)|\[([^\]]*)\]")
_WORDS = re.compile(r"[^\W_]+")
_NOISE_WORDS = (
    "geraet geraete geraets geraetes device der die das des den dem von vom zum zur im in am the of aktuell aktuelle "
    "aktueller current bitte ausfuellen eintragen angeben pflichtfeld optional laut lt gem hw it edv asset"
)
_OTHER_WORDS = (
    "alt alte alter altes altgeraet neu neue neuer neues old new previous vorher vorherige ehemalige frueher "
    "bisher bisherige bisheriger bisheriges netto net usd chf "
    "ersatz replacement zubehoer netzteil ladegeraet akku huelle stift tastatur pencil dock sim imei mac"
)
_SHORT_FORMS = {
    "nr": "nummer",
    "no": "number",
    "num": "number",
    "ser": "serien",
    "inv": "inventar",
    "bez": "bezeichnung",
    "dat": "datum",
    "kat": "kategorie",
    "herst": "hersteller",
    "anm": "anmerkung",
    "bem": "bemerkung",
}
#: Endings of headings of numbers.
_NUMBER = ("nr", "nummer", "number")
#: Words that say nothing about what a column holds.
_NOISE = frozenset(_NOISE_WORDS.split())
#: Words that make it another thing: the serial number of a device that was replaced is not its own.
_OTHER = frozenset(_OTHER_WORDS.split())
#: Beginnings of compound words that say no more than the noise.
_PREFIXES = ("geraete", "device", "asset")

#: How a heading was understood, the surest first.
_ORDER = ("hand", "profile", "exact", "synonym", "history", "fuzzy")
HOW = {
    "hand": gettext_lazy("chosen by hand"),
    "profile": gettext_lazy("as in the profile"),
    "exact": gettext_lazy("same name"),
    "synonym": gettext_lazy("known name"),
    "history": gettext_lazy("as in an earlier import"),
    "fuzzy": gettext_lazy("similar"),
    "shape": gettext_lazy("from other cells of the file"),
    "blank": gettext_lazy("nothing stands in this column"),
}


class Learned(NamedTuple):
    """What is known about headings beside the names of the columns: chosen by hand for this file, from a profile,
    and from earlier imports.
    """

    chosen: Choices | None = None
    profile: Choices | None = None
    history: Choices | None = None


#: Nothing but the names of the columns.
NOTHING = Learned()


class Match(NamedTuple):
    """One heading of a file. ``position``: zero-based column of the sheet; ``heading``: as it is shown.

    ``key``: column of the kind for which it is used, ``None`` for none; ``how``: ``exact``, ``synonym``, ``history``,
    ``fuzzy``, ``profile``, ``hand``, ``blank`` or empty; ``confidence``: 0 to 100; ``guess``: what it would mean if it
    were used.
    """

    position: int
    heading: str
    key: str | None
    how: str
    confidence: int
    guess: str | None = None

    @property
    def rank(self) -> tuple[int, int]:
        """The lower, the surer."""
        return _ORDER.index(self.how), -self.confidence


def map_headings(
    headings: Sequence[str],
    columns: Sequence[Column],
    *,
    chosen: Choices | None = None,
    profile: Choices | None = None,
    history: Choices | None = None,
    meant: Sequence[str] | None = None,
) -> list[Match]:
    """What each heading that is not blank means; of two for one column the surer is used, else the first.

    ``chosen``, ``profile`` and ``history``: by the name of a heading as it is shown. ``meant``: the headings
    without what was added to tell equal ones apart.
    """
    lexicon = _Lexicon(columns, _normalised(chosen), _normalised(profile), _normalised(history))
    names = heading_names(headings)
    found = [lexicon.match(at, name, (meant or headings)[at]) for at, name in enumerate(names) if name]
    best: dict[str, Match] = {}
    for match in found:
        if match.key and (match.key not in best or match.rank < best[match.key].rank):
            best[match.key] = match
    return [match if not match.key or best[match.key] is match else _unused(match) for match in found]


def prefer_filled(matches: Sequence[Match], is_blank: Callable[[Match], bool]) -> list[Match]:
    """Of the headings for one column the surest below which anything stands, unless somebody has chosen another."""
    rivals: dict[str, list[Match]] = {}
    for match in matches:
        if match.how and not match.key and match.guess:
            rivals.setdefault(match.guess, []).append(match)
    changed: dict[int, Match] = {}
    for match in matches:
        if match.key in rivals and match.how != "hand" and is_blank(match):
            filled = [rival for rival in rivals[match.key] if not is_blank(rival)]
            if filled:
                best = min(filled, key=lambda rival: rival.rank)
                changed[match.position] = _unused(match)._replace(how="blank")
                changed[best.position] = best._replace(key=match.key, guess=None)
    return [changed.get(match.position, match) for match in matches]


def heading_names(headings: Sequence[str]) -> list[str]:
    """Headings as they are shown: of equal ones all but the first carry the letters of their column."""
    first: dict[str, int] = {}
    return [
        text if not text or first.setdefault(text, at) == at else f"{text} ({cell_name(0, at)[:-1]})"
        for at, text in enumerate(headings)
    ]


def fingerprint(headings: Iterable[Any]) -> str:
    """What lists with the same headings share, in whatever order these stand."""
    names = sorted(filter(None, map(normalise_heading, headings)))
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def by_hand(matches: Sequence[Match]) -> frozenset[int]:
    """Columns of which somebody said how they are used."""
    return frozenset(match.position for match in matches if match.key and match.how == "hand")


def index_of(matches: Sequence[Match]) -> dict[str, int]:
    """Column of the sheet for each key that is used."""
    return {match.key: match.position for match in matches if match.key}


def without(matches: Sequence[Match], positions: Container[int]) -> list[Match]:
    """The same headings, those at ``positions`` not used."""
    return [_unused(match) if match.key and match.position in positions else match for match in matches]


def taught(columns: Sequence[Column], *choices: Choices | None) -> tuple[Column, ...]:
    """The columns, knowing the headings that were chosen for them as synonyms."""
    words: dict[str, list[str]] = {}
    for given in choices:
        for heading, key in (given or {}).items():
            if key:
                words.setdefault(key, []).append(heading)
    return tuple(
        replace(column, synonyms=(*column.synonyms, *words[column.key])) if column.key in words else column
        for column in columns
    )


def similar_headings(cells: Iterable[CellValue], columns: Sequence[Column]) -> dict[str, str | None]:
    """Those of the texts that are surely meant for one of the columns, though none is called like that."""
    lexicon = _Lexicon(columns)
    texts = {cell for cell in cells if isinstance(cell, str) and len(cell) <= _LONGEST}
    matches = ((text, lexicon.fuzzy(0, text)) for text in texts)
    return {text: match.key for text, match in matches if match.key}


def notes_on(matches: Sequence[Match], columns: Sequence[Column]) -> list[str]:
    """What a person should know: which headings are only similar, mean the same as another, or are blank."""
    labels = {column.key: column.heading() for column in columns}
    used = {match.key: match.heading for match in matches if match.key}
    similar = _("The column “%(heading)s” is read as “%(column)s”: similar (%(confidence)d %%).")
    repeated = _("The column “%(heading)s” is not used: “%(column)s” is read from “%(other)s”.")
    blank = _("The column “%(heading)s” is blank throughout: “%(column)s” is read from “%(other)s”.")
    notes = []
    for match in matches:
        if match.key and match.how == "fuzzy":
            names = {"heading": match.heading, "column": labels[match.key], "confidence": match.confidence}
            notes.append(similar % names)
        elif match.how and match.guess in used:
            names = {"heading": match.heading, "column": labels[match.guess], "other": used[match.guess]}
            notes.append((blank if match.how == "blank" else repeated) % names)
    return notes


class _Lexicon:
    """All names of the columns of a kind, and what was said about headings elsewhere."""

    def __init__(
        self,
        columns: Sequence[Column],
        chosen: Choices | None = None,
        profile: Choices | None = None,
        history: Choices | None = None,
    ) -> None:
        self._keys = {None, *(column.key for column in columns)}
        self._given = (("hand", chosen or {}), ("profile", profile or {}))
        self._history = history or {}
        self._names: dict[str, tuple[str, str, int]] = {}
        for column in columns:
            for text in (column.heading_de, column.heading_en, column.key):
                self._names.setdefault(normalise_heading(text), (column.key, "exact", 100))
        for column in columns:
            for n, text in enumerate(column.synonyms):  # the later in the list, the vaguer
                self._names.setdefault(normalise_heading(text), (column.key, "synonym", max(99 - n, 80)))

    def match(self, at: int, name: str, heading: str) -> Match:
        wanted = normalise_heading(name)
        for how, given in self._given:
            if wanted in given and given[wanted] in self._keys:
                return Match(at, name, given[wanted], how, 100)
        if known := self._names.get(normalise_heading(heading)):
            return Match(at, name, *known)
        key = self._history.get(wanted)
        if key and key in self._keys:
            return Match(at, name, key, "history", 95)
        return self.fuzzy(at, heading)._replace(heading=name)

    def fuzzy(self, at: int, name: str) -> Match:
        """The column with the most similar name. Headings about persons are similar to nothing."""
        nothing = Match(at, name, None, "", 0)
        scores: dict[str, int] = {}
        for form, penalty in () if is_personal_heading(name) else _forms(name):
            for key, score in self._similar(form, penalty):
                scores[key] = max(scores.get(key, 0), score)
        if not scores:
            return nothing
        key = max(scores, key=lambda key: scores[key])
        second = max((score for other, score in scores.items() if other != key), default=0)
        if scores[key] >= SURE and scores[key] - second >= _MARGIN:
            return Match(at, name, key, "fuzzy", scores[key])
        return nothing._replace(confidence=scores[key], guess=key)

    def _similar(self, form: str, penalty: int) -> Iterable[tuple[str, int]]:
        if form in self._names:
            yield self._names[form][0], 100 - penalty
        elif len(form) >= _SHORTEST:
            least = min(_WORTH_SAYING + penalty, 100)
            near = process.extract(form, self._names.keys(), scorer=fuzz.ratio, score_cutoff=least, limit=None)
            for name, score, _index in near:
                if len(name) >= _SHORTEST and name[0] != "_":  # a column of our own is called just so
                    is_its_number = form.endswith(_NUMBER) and not name.endswith(_NUMBER)
                    yield self._names[name][0], int(score) - penalty - (_ITS_NUMBER if is_its_number else 0)


def _forms(name: str) -> Iterable[tuple[str, int]]:
    """What the heading says in other words, normalised, and what each of these is worth less."""
    words = _words(name)
    other = _OTHER_THING if any(word in _OTHER or word.isdigit() for word in words) else 0
    yield "".join(words), other
    bare = _words(_BRACKETS.sub(" ", name))
    if bare != words:
        yield "".join(bare), other + _REWORDED
        for inner in _BRACKETS.findall(name):
            yield normalise_heading(" ".join(inner)), other + _WITHOUT_NOISE
    yield "".join(_SHORT_FORMS.get(word, word) for word in bare), other + _REWORDED
    plain = "".join(_SHORT_FORMS.get(word, word) for word in bare if word not in _NOISE)
    for prefix in ("", *_PREFIXES):
        if plain.startswith(prefix) and plain != prefix:
            yield plain.removeprefix(prefix), other + _WITHOUT_NOISE


def _words(text: str) -> list[str]:
    return [normalise_heading(word) for word in _WORDS.findall(text)]


def _unused(match: Match) -> Match:
    return match._replace(key=None, guess=match.key)


def _normalised(choices: Choices | None) -> dict[str, str | None]:
    return {normalise_heading(heading): key for heading, key in (choices or {}).items()}
