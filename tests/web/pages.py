"""Reading pages in tests: tables as rows of texts, the names of links, what stands in one part of a page."""

from html.parser import HTMLParser

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "rect", "wbr"}


class _Reader(HTMLParser):
    """Collects tables and links inside the element with the given id (the whole page by default)."""

    def __init__(self, within: str | None) -> None:
        super().__init__()
        self.within, self.depth, self.inside = within, 0, within is None
        self.tables: list[list[list[str]]] = []
        self.links: dict[str, str] = {}
        self.text: list[str] = []
        self._start = 0
        self._cell: list[str] | None = None
        self._link: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag not in VOID:
            self.depth += 1
        if not self.inside and self.within and values.get("id") == self.within:
            self.inside, self._start = True, self.depth
        if not self.inside:
            return
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self._cell = []
        elif tag == "a" and values.get("href"):
            self._link = (values["href"], [])
        elif tag == "input" and self._cell is not None and values.get("type", "text") == "text":
            self._cell.append(values.get("value") or "")

    def handle_endtag(self, tag):
        if self.inside and tag in ("td", "th") and self._cell is not None:
            self.tables[-1][-1].append(" ".join("".join(self._cell).split()))
            self._cell = None
        if self.inside and tag == "a" and self._link is not None:
            self.links[" ".join("".join(self._link[1]).split())] = self._link[0]
            self._link = None
        if tag not in VOID:
            if self.inside and self.within and self.depth == self._start:
                self.inside, self.within = False, None
            self.depth -= 1

    def handle_startendtag(self, tag, attrs):
        if tag not in VOID:
            return
        self.handle_starttag(tag, attrs)

    def handle_data(self, data):
        if not self.inside:
            return
        self.text.append(data)
        for target in (self._cell, self._link[1] if self._link else None):
            if target is not None:
                target.append(data)


def _read(response, within: str | None) -> _Reader:
    reader = _Reader(within)
    reader.feed(response.content.decode())
    return reader


def tables(response, within: str | None = None) -> list[list[list[str]]]:
    """All tables as rows of cell texts, heading rows included."""
    return _read(response, within).tables


def links(response, within: str | None = None) -> dict[str, str]:
    """``{text: address}``."""
    return _read(response, within).links


def text(response, within: str | None = None) -> str:
    """What can be read there, blanks collapsed."""
    return " ".join("".join(_read(response, within).text).split())
