"""What people write into a report: blocks with a heading, paragraphs and simple lists. Pure."""

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

_BULLETS = ("- ", "* ", "• ", "– ")


class Passage(NamedTuple):
    """A paragraph (of one or more lines), or the items of a list."""

    is_list: bool
    lines: tuple[str, ...]


class Block(NamedTuple):
    heading: str
    text: str

    @property
    def passages(self) -> list[Passage]:
        return passages(self.text)


def blocks(stored: Iterable[str]) -> list[Block]:
    """Of each stored text the first line is the heading; it may be empty."""
    return [Block(*one.partition("\n")[::2]) for one in stored]


def stored(found: Iterable[Block]) -> list[str]:
    """The reverse of ``blocks``; what is empty is left out."""
    pairs = ((" ".join(heading.split()), text.replace("\r\n", "\n").strip()) for heading, text in found)
    return [f"{heading}\n{text}" for heading, text in pairs if heading or text]


def passages(text: str) -> list[Passage]:
    """Paragraphs are parted by empty lines; lines that begin with a dash, asterisk or bullet are a list."""
    found = []
    for kind, group in groupby((line.strip() for line in text.splitlines()), _kind):
        lines = tuple(line[2:].strip() if kind == "list" else line for line in group)
        if kind:
            found.append(Passage(kind == "list", lines))
    return found


def _kind(line: str) -> str:
    if not line:
        return ""
    return "list" if line.startswith(_BULLETS) else "text"
