import pytest
from babel.messages.catalog import Message

from scripts.messages import _as_code, _calls, _same_placeholders, _translated


def test_texts_of_templates_are_found_whatever_surrounds_them():
    template = """{% load i18n %}
<p>it's (open
    {% translate "Don't" %}
  {% blocktranslate trimmed count n=rows|length %}One row of {{ file }}
     was taken.{% plural %}{{ n }} rows of {{ file }} were taken.{% endblocktranslate %}
{% translate "Close" context "verb" %}{{ x|default:_("none") }}</p>"""

    calls = [(function, texts) for _line, function, texts in _calls(_as_code(template, "page.html"))]

    assert calls == [
        ("gettext", ("Don't",)),
        ("ngettext", ("One row of %(file)s was taken.", "%(n)s rows of %(file)s were taken.", None)),
        ("pgettext", ("verb", "Close")),
        ("_", ("none",)),
    ]


@pytest.mark.parametrize(
    ("english", "german", "same"),
    [
        ("%(n)s of %(m)s", "%(m)s, davon %(n)s", True),
        ("%(n)s rows", "%(m)s Zeilen", False),
        ("{name} left", "{name} fehlt", True),
        ("{name} left", "fehlt", False),
        (("one row", "%(n)s rows"), ("eine Zeile", "%(n)s Zeilen"), True),
        (("%(n)s row", "%(n)s rows"), ("eine Zeile", "%(n)s Zeilen"), True),
        (("%(n)s row", "%(n)s rows"), ("%(n)s Zeile", "Zeilen"), False),
    ],
)
def test_placeholders_of_both_languages_are_compared(english, german, same):
    assert _same_placeholders(Message(english, german)) is same


def test_plural_with_a_missing_form_is_not_translated():
    assert not _translated(Message(("one row", "%(n)s rows"), ("eine Zeile", "")))
    assert not _translated(Message(("one row", "%(n)s rows"), ""))
