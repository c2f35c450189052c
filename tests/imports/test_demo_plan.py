"""The master plan of the demo city: eight projects in words of our own."""

from collections import Counter

import pytest

from audit.actor import Actor
from audit.models import Act
from imports.demo.loading_plan import load_plan
from imports.demo.plan import AIMS, PUBLIC
from rollout.entry_hints import Draft, hints
from rollout.models import Initiative, ProgressEntry, PublicFigure

pytestmark = pytest.mark.django_db
ENTRIES = [entry for aim in AIMS for project in aim.projects for entry in project.entries]


def test_everything_is_published_and_one_project_is_empty(manager):
    load_plan(Actor(manager))

    projects = Initiative.objects.published()
    assert (projects.count(), projects.filter(is_focus=True).count()) == (8, 2)
    assert ProgressEntry.objects.published().count() == len(ENTRIES)
    assert [one.title for one in projects if not one.entries.exists()] == ["Wohnen für Auszubildende"]
    assert PublicFigure.objects.count() == len(PUBLIC)
    serves = Counter(entry.initiatives.count() for entry in ProgressEntry.objects.all())
    assert serves == {1: len(ENTRIES) - 2, 2: 2}
    assert {act.user for act in Act.objects.all()} == {manager}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.text[:20])
def test_editor_has_nothing_to_say_about_entries(entry):
    """On the day of their figure, else of their own."""
    figure = entry.figure
    day = figure.as_of if figure else entry.on
    text, as_of = (figure.text, figure.as_of) if figure else ("", None)
    assert hints(Draft(entry.text, entry.on, entry.precision, entry.state, text, as_of), day) == []
