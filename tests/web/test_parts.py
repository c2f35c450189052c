"""Fragments and template tags that all pages share."""

from decimal import Decimal

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from inventory.enums import DeviceStatus
from rollout.enums import Outcome, ProjectStatus
from web.templatetags.pages import elided, number, percent, quantity
from web.tones import DEVICE_TONES, OUTCOME_TONES, PROJECT_TONES


@pytest.fixture(autouse=True)
def _german():
    with translation.override("de"):
        yield


def _render(source, **context):
    request = RequestFactory().get("/list/", {"ordering": "name", "page": "2", "q": "ä"})
    request.user = AnonymousUser()
    template = engines["django"].from_string("{% load i18n pages %}" + source)
    return " ".join(template.render(context, request).split())


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "–"), ("", "–"), (0, "0"), (12345, "12.345"), (Decimal("12345.6"), "12.346")]
)
def test_number_is_written_as_germans_do(value, shown):
    assert number(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "–"), (Decimal("500.00"), "500"), (Decimal("29.50"), "29,5"), (Decimal("1E+3"), "1.000"), (7, "7")],
)
def test_quantity_has_only_the_decimals_it_has(value, shown):
    assert quantity(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(None, "–"), (Decimal("99.9"), "99 %"), (100, "100 %"), (0, "0 %")])
def test_percent_is_never_rounded_up_to_all(value, shown):
    assert percent(value) == shown


def test_every_state_has_a_tone():
    assert set(DEVICE_TONES) == set(DeviceStatus.values)
    assert set(PROJECT_TONES) == set(ProjectStatus.values)
    assert set(OUTCOME_TONES) == set(Outcome.values)


def test_badge_says_the_state_in_words():
    assert _render('{% device_status "in_service" %}') == (
        f'<span class="badge badge--good">{DeviceStatus.IN_SERVICE.label}</span>'
    )


@pytest.mark.parametrize(
    ("now", "query", "state"),
    [("name", "?ordering=-name&amp;q=%C3%A4", "ascending"), ("type", "?ordering=type&amp;q=%C3%A4", "")],
)
def test_heading_sorts_and_turns_round(now, query, state):
    heading = _render('{% sort_header key "Name" %}', key=now)

    assert f'href="{query}"' in heading
    assert ("aria-sort" in heading) == bool(state)


class _Form(forms.Form):
    serial = forms.CharField(help_text="Ohne Leerzeichen")
    note = forms.CharField(required=False)
    states = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], required=False)


def test_field_ties_hint_and_error_to_the_input():
    shown = _render("{% field form.serial %}", form=_Form({"serial": ""}))

    assert '<label class="field__label" for="id_serial"' in shown
    assert 'aria-describedby="id_serial_helptext id_serial_error"' in shown
    assert 'id="id_serial_helptext"' in shown
    assert 'id="id_serial_error"' in shown
    assert 'aria-invalid="true"' in shown


def test_filter_with_several_choices_unfolds_to_boxes():
    shown = _render("{% field form.states compact=True %}", form=_Form({"states": ["b"]}))

    assert shown.count('type="checkbox"') == 2
    assert 'value="b" id="id_states_1" checked' in shown


def test_pages_are_elided_and_keep_the_question():
    page = Paginator(range(1000), 50).get_page(10)

    assert elided(page) == [1, "…", 8, 9, 10, 11, 12, "…", 20]
    shown = _render('{% include "web/_pagination.html" with target="list" %}', page_obj=page)
    assert 'href="?ordering=name&amp;page=11&amp;q=%C3%A4"' in shown
    assert 'hx-target="#list"' in shown


def test_list_on_one_page_has_no_links():
    page = Paginator(range(3), 50).get_page(1)

    assert "<a" not in _render('{% include "web/_pagination.html" %}', page_obj=page)


@pytest.mark.parametrize("name", ["404.html", "403.html", "500.html"])
def test_error_page_needs_no_context(name):
    page = engines["django"].get_template(name).render({})

    assert page.lstrip().lower().startswith("<!doctype html>")
    assert f'<p class="bare__code">{name[:3]}</p>' in page
