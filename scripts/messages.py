"""The German catalogue without gettext's programs: ``python -m scripts.messages --update | --check | --compile``.

English texts in code and templates are the keys. ``--update`` collects them and keeps the translations, ``--check``
fails where one is missing, left over, untranslated, fuzzy or has other placeholders, ``--compile`` writes the .mo file.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import templatize

from scripts.environment import ROOT

PO = ROOT / "locale" / "de" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
PACKAGES = (
    "accounts", "api", "audit", "common", "config", "costs", "funding", "hooks", "imports", "inventory", "reports",
    "rollout", "schools", "web",
)  # fmt: skip
# First argument is a context with a "p" before "gettext"; singular and plural follow each other with an "n".
KEYWORDS = (
    "_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy",
    "npgettext", "npgettext_lazy",
)  # fmt: skip
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sd]|\{\w*\}")
HEADER = "# German texts of Klassensatz. Renewed by `make messages`; write translations between the quotation marks."

Key = tuple[str | None, str]  # context, English text


def collect() -> Catalog:
    """All texts of the product's packages and templates."""
    catalog = _empty()
    for path in _sources():
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            text = _as_code(text, str(path))
        for line, function, texts in _calls(text):
            _add(catalog, path, line, function, texts)
    return catalog


def _empty() -> Catalog:
    names = {"project": "Klassensatz", "version": "1", "last_translator": "", "language_team": "de"}
    return Catalog(locale="de", header_comment=HEADER, charset="utf-8", fuzzy=False, **names)


def _calls(code: str) -> Iterator[tuple[int, str, tuple[str | None, ...]]]:
    """Line, function and literal arguments (None for any other) of each call that marks a text."""
    names: Any = list(KEYWORDS)  # Babel's own annotation asks for the whole table, its code for the names
    found: Any = extract_python(io.BytesIO(code.encode()), names, [], {})
    for line, function, texts, _comments in found:
        yield line, function, texts if isinstance(texts, tuple) else (texts,)


def _sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted(path for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts)
    yield from sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt", ".xml"})


def _as_code(template: str, origin: str) -> str:
    """A template as calls of gettext; lines moved to the margin, because the tokenizer minds indentation."""
    code = templatize(template, origin=origin)
    return "\n".join(line.strip() for line in code.splitlines()) + "\n"


def _add(catalog: Catalog, path: Path, line: int, function: str, texts: tuple[str | None, ...]) -> None:
    given = list(texts)
    context = given.pop(0) if "pgettext" in function else None
    wanted = [text for text in given[: 2 if function.startswith("n") else 1] if text]
    if not wanted:
        return
    where = (str(path.relative_to(ROOT)), line)
    catalog.add(wanted[0] if len(wanted) == 1 else tuple(wanted), locations=[where], context=context)


def read() -> Catalog:
    if not PO.exists():
        return _empty()
    with PO.open("rb") as file:
        return read_po(file, locale="de")


def update() -> None:
    """Take new texts in, drop those that are gone, keep every translation."""
    catalog = read()
    catalog.update(collect(), no_fuzzy_matching=True, update_header_comment=True, update_creation_date=False)
    catalog.obsolete.clear()
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        # No line numbers and no dates: a catalogue changes only where a text does.
        write_po(file, catalog, width=120, include_lineno=False, sort_by_file=True, omit_header=False)
    open_ones = sum(1 for message in catalog if message.id and not _translated(message))
    print(f"{PO.relative_to(ROOT)}: {len(catalog)} texts, {open_ones} without translation")


def problems() -> list[str]:
    """What keeps the catalogue from being complete, one sentence each."""
    wanted = {_key(message): message for message in collect() if message.id}
    there = {_key(message): message for message in read() if message.id}
    found = [f"not in the catalogue: {_show(wanted[key])}" for key in wanted.keys() - there.keys()]
    found += [f"no longer used: {_show(there[key])}" for key in there.keys() - wanted.keys()]
    for key in wanted.keys() & there.keys():
        message = there[key]
        if isinstance(wanted[key].id, str) != isinstance(message.id, str):
            found.append(f"plural forms differ: {_show(message)}")
        elif not _translated(message):
            found.append(f"not translated: {_show(message)}")
        elif message.fuzzy:
            found.append(f"marked fuzzy: {_show(message)}")
        elif not _same_placeholders(message):
            found.append(f"placeholders differ: {_show(message)}")
    return sorted(found)


def compile_catalog() -> None:
    MO.parent.mkdir(parents=True, exist_ok=True)
    with MO.open("wb") as file:
        write_mo(file, read(), use_fuzzy=False)


def _key(message: Message) -> Key:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def _show(message: Message) -> str:
    return repr(_key(message)[1])


def _pairs(message: Message) -> list[tuple[str, str]]:
    """Each English form beside the German one; a text without plural is one pair."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string or ""))]
    forms = message.string if isinstance(message.string, (tuple, list)) else ()
    return list(zip(message.id, [*forms, "", ""], strict=False))


def _translated(message: Message) -> bool:
    return all(german for _english, german in _pairs(message))


def _same_placeholders(message: Message) -> bool:
    """Order is free. A singular may spell its number out ("one device")."""
    pairs = [tuple(sorted(PLACEHOLDER.findall(text)) for text in pair) for pair in _pairs(message)]
    if len(pairs) == 1:
        return pairs[0][0] == pairs[0][1]
    return pairs[1][0] == pairs[1][1] and set(pairs[0][1]) <= set(pairs[1][0])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("update", "check", "compile"):
        parser.add_argument(f"--{name}", action="store_true")
    asked = parser.parse_args()
    if not settings.configured:
        settings.configure(USE_I18N=True)
    if asked.update:
        update()
    if asked.compile:
        compile_catalog()
    found = problems() if asked.check else []
    for problem in found:
        print(f"locale/de: {problem}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
