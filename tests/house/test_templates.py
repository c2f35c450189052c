import re

import pytest
from django.template import engines

from tests.house.tree import ROOT, short, templates

COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?%\}.*?\{% endcomment %\}|<!--.*?-->", re.DOTALL)
INLINE = {
    "script without a file": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.IGNORECASE),
    "style element": re.compile(r"<style[\s>]", re.IGNORECASE),
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "event attribute": re.compile(r"<[^>]*\s(?:on[a-z]+|hx-on[:a-z-]*)\s*=", re.IGNORECASE),
    "javascript address": re.compile(r"javascript:", re.IGNORECASE),
    # htmx would run these as code, which the content security policy forbids
    "code in an htmx value": re.compile(r"hx-(?:vals|vars|headers)\s*=\s*[\"']js:", re.IGNORECASE),
}


@pytest.mark.parametrize("path", templates(), ids=short)
def test_template_compiles(path):
    engines["django"].get_template(path.relative_to(ROOT / "templates").as_posix())


@pytest.mark.parametrize("path", templates(), ids=short)
def test_template_holds_no_inline_script_or_style(path):
    text = COMMENT.sub("", path.read_text(encoding="utf-8"))

    assert {what: found.group(0) for what, pattern in INLINE.items() if (found := pattern.search(text))} == {}
