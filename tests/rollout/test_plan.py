"""The wider programme: who sees what, what was published stays to be told, headings, periods, hints."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from audit.models import Act, Entry
from audit.queries import entries_about
from rollout.entry_hints import Draft, hints
from rollout.entry_periods import first_day, last_day, period_text
from rollout.models import Initiative, MasterPlan, Objective, ProgressEntry, PublicFigure
from rollout.plan_reading import entry_groups, programmes
from rollout.services import (
    change_entry,
    change_initiative,
    change_plan,
    choose_public_figures,
    create_initiative,
    create_objective,
    create_plan,
    delete_objective,
    delete_plan,
    publish_entry,
    publish_initiative,
    unpublish_entry,
    unpublish_initiative,
    withdraw_entry,
    withdraw_initiative,
    write_entry,
)
from tests.factories import DAY
from tests.factories_plan import KNOWN, frozen, make_entry, make_initiative, make_objective, make_plan

pytestmark = pytest.mark.django_db
TOMORROW = timezone.localdate() + timedelta(days=1)
CLEAN = Draft("Alle Schulen haben WLAN.", date(2024, 3, 15), "day", "done")


def codes(error: ValidationError) -> dict[str, list[str]]:
    return {name: [one.code for one in found] for name, found in error.error_dict.items()}


def told(record) -> dict[str, list]:
    """What the newest entry about it says."""
    return entries_about(record)[0].changes


# --- writing ----------------------------------------------------------------------------------------------------------


def test_parts_are_placed_one_after_the_other(by):
    plan = create_plan(by=by, title="A")
    first, second = (create_objective(plan, by=by, title=title) for title in "AB")
    projects = [create_initiative(first, by=by, title=title) for title in ("x", "y")]

    assert [(one.position) for one in (plan, first, second, *projects)] == [0, 0, 1, 0, 1]
    assert create_plan(by=by, title="B", position=7).position == 7
    assert create_plan(by=by, title="C").position == 8


def test_new_project_is_told_and_seen_by_publishers_only(by, manager, reader, it_staff):
    initiative = make_initiative(description="Geräte und Netz", by=by)

    assert (initiative.published_at, initiative.withdrawn_at) == (None, None)
    assert told(initiative) == {
        "objective": [None, initiative.objective_id],
        "title": [None, "Digitale Schule"],
        "description": [None, "Geräte und Netz"],
        "is_focus": [None, False],
        "position": [None, 0],
    }
    assert [list(Initiative.objects.visible_to(user)) for user in (manager, reader, it_staff)] == [[initiative], [], []]


def test_titles_are_told_apart_within_their_part(by):
    objective = make_initiative(by=by).objective
    with pytest.raises(ValidationError) as refused:
        create_initiative(objective, by=by, title="Digitale Schule")
    assert list(refused.value.error_dict) == ["title"]
    withdraw_initiative(Initiative.objects.get(), by=by, reason="entfällt")
    assert create_initiative(objective, by=by, title="Digitale Schule").pk


def test_only_empty_parts_are_deleted(by):
    initiative = make_initiative(by=by)
    objective, plan = initiative.objective, initiative.objective.plan
    withdraw_initiative(initiative, by=by, reason="entfällt")
    for delete, record in ((delete_plan, plan), (delete_objective, objective)):
        with pytest.raises(ValidationError) as refused:
            delete(record, by=by)
        assert refused.value.code == "not_empty"
    empty = make_plan("Leer", by=by)
    delete_plan(empty, by=by, reason="doppelt")
    act = Act.objects.latest("pk")
    assert (act.verb, act.reason, MasterPlan.objects.count(), Objective.objects.count()) == (
        "plan.delete",
        "doppelt",
        1,
        1,
    )


def test_entry_is_a_draft_on_the_first_day_of_its_period(by):
    initiative = make_initiative(by=by)
    entry = write_entry(
        [initiative],
        by=by,
        text="WLAN steht.",
        on=date(2024, 5, 17),
        precision="quarter",
        state="done",
        figure=frozen(),
    )

    assert (entry.on, entry.published_at, entry.act.user) == (date(2024, 4, 1), None, by.user)
    assert (entry.figure_key, entry.figure_text, entry.figure_value, entry.as_of, entry.known_at) == (
        "schools",
        "3",
        3,
        DAY,
        KNOWN,
    )
    assert told(entry)["initiatives"] == [None, "Digitale Schule"]


@pytest.mark.parametrize(
    ("initiatives", "code"), [([], "required"), (["withdrawn"], "withdrawn")], ids=["none", "withdrawn"]
)
def test_entry_needs_a_project_that_is_there(by, initiatives, code):
    found = [withdraw_initiative(make_initiative(by=by), by=by, reason="x") for _one in initiatives]
    with pytest.raises(ValidationError) as refused:
        write_entry(found, by=by, text="x", on=DAY, state="done")
    assert codes(refused.value) == {"initiatives": [code]}
    assert ProgressEntry.objects.count() == 0


def test_published_entry_changes_with_a_reason_and_the_trail_keeps_what_it_said(by):
    entry = make_entry(published=True, by=by)
    with pytest.raises(ValidationError) as refused:
        change_entry(entry, by=by, changes={"text": "13 Schulen haben WLAN."}, reason=" ")
    assert codes(refused.value) == {"reason": ["no_reason"]}

    changed = change_entry(entry, by=by, changes={"text": "13 Schulen haben WLAN."}, reason="Zahl präzisiert")

    assert (changed.text, changed.published_at, changed.changed_at) == (
        "13 Schulen haben WLAN.",
        entry.published_at,
        Act.objects.latest("pk").at,
    )
    newest = entries_about(entry)[0]
    assert (newest.act.verb, newest.act.reason) == ("entry.change", "Zahl präzisiert")
    assert newest.changes == {"text": ["Alle Schulen haben WLAN.", "13 Schulen haben WLAN."]}


def test_draft_changes_without_a_reason_and_what_does_not_differ_is_not_told(by):
    entry = make_entry(by=by)
    change_entry(entry, by=by, changes={"state": "planned", "text": entry.text})
    assert told(entry) == {"state": ["done", "planned"]}
    number = Entry.objects.count()
    change_entry(entry, by=by, changes={"state": "planned"}, initiatives=list(entry.initiatives.all()))
    assert Entry.objects.count() == number


def test_entry_takes_other_projects_and_another_value(by):
    entry = make_entry(by=by, figure=frozen())
    other = make_initiative("Ausbildungsoffensive", by=by)

    change_entry(entry, by=by, changes={}, initiatives=[other], figure=frozen(text="4", as_of=TOMORROW))
    entry.refresh_from_db()
    assert ([*entry.initiatives.all()], entry.figure_text, entry.as_of) == ([other], "4", TOMORROW)
    assert [one.changes for one in entries_about(entry)[:2]] == [
        {"initiatives": ["Digitale Schule", "Ausbildungsoffensive"]},
        {"figure_text": ["3", "4"], "as_of": [DAY.isoformat(), TOMORROW.isoformat()]},
    ]
    dropped = change_entry(entry, by=by, changes={}, drops_figure=True)
    assert (dropped.figure_key, dropped.figure_value, dropped.as_of, dropped.known_at) == ("", None, None, None)


def test_what_is_done_in_the_future_is_not_published(by):
    entry = make_entry(on=TOMORROW, by=by)
    with pytest.raises(ValidationError) as refused:
        publish_entry(entry, by=by)
    assert codes(refused.value) == {"on": ["future_day"]}
    assert publish_entry(change_entry(entry, by=by, changes={"state": "planned"}), by=by).published_at
    with pytest.raises(ValidationError):
        change_entry(entry, by=by, changes={"state": "done"}, reason="x")


def test_publication_is_taken_back_with_a_reason_and_given_again(by):
    entry = make_entry(published=True, by=by)
    with pytest.raises(ValidationError) as refused:
        unpublish_entry(entry, by=by, reason="")
    assert codes(refused.value) == {"reason": ["no_reason"]}
    assert unpublish_entry(entry, by=by, reason="verfrüht").published_at is None
    with pytest.raises(ValidationError) as twice:
        unpublish_entry(entry, by=by, reason="verfrüht")
    assert twice.value.code == "not_published"
    assert publish_entry(entry, by=by).published_at
    with pytest.raises(ValidationError) as again:
        publish_entry(entry, by=by)
    assert again.value.code == "published"


def test_what_was_withdrawn_is_seen_by_nobody_and_stays_as_it_is(by, manager):
    initiative = make_initiative(published=True, by=by)
    entry = make_entry(initiative, published=True, by=by)
    with pytest.raises(ValidationError):
        withdraw_entry(entry, by=by)
    withdraw_entry(entry, by=by, reason="falsch")
    withdraw_initiative(initiative, by=by, reason="entfällt")

    assert [list(model.objects.visible_to(manager)) for model in (Initiative, ProgressEntry)] == [[], []]
    for act in (
        lambda: change_entry(entry, by=by, changes={"text": "x"}, reason="x"),
        lambda: publish_entry(entry, by=by),
        lambda: change_initiative(initiative, by=by, changes={"title": "x"}, reason="x"),
        lambda: publish_initiative(initiative, by=by),
    ):
        with pytest.raises(ValidationError) as refused:
            act()
        assert refused.value.code == "withdrawn"


def test_published_project_changes_with_a_reason(by):
    initiative = make_initiative(published=True, by=by)
    with pytest.raises(ValidationError) as refused:
        change_initiative(initiative, by=by, changes={"unit": "Amt"})
    assert codes(refused.value) == {"reason": ["no_reason"]}
    assert change_initiative(initiative, by=by, changes={"unit": "Amt"}, reason="umgezogen").unit == "Amt"


def test_unknown_fields_are_refused(by):
    with pytest.raises(TypeError):
        change_plan(make_plan(by=by), by=by, changes={"plan": 1})
    with pytest.raises(TypeError):
        change_initiative(make_initiative(by=by), by=by, changes={"published_at": timezone.now()})
    with pytest.raises(TypeError):
        change_entry(make_entry(by=by), by=by, changes={"figure_text": "x"})


def test_public_figures_are_exactly_those_chosen_last(by):
    choose_public_figures([frozen("schools"), frozen("pupils")], by=by)
    choose_public_figures([frozen("boards_in_service"), frozen("schools", text="4")], by=by)

    assert list(PublicFigure.objects.values_list("figure_key", "figure_text")) == [
        ("boards_in_service", "3"),
        ("schools", "4"),
    ]
    changes = {one.label: one.changes for one in Entry.objects.filter(act=Act.objects.latest("pk"))}
    assert changes["pupils"] == {"figure_text": ["3", None]}
    assert changes["schools"] == {"figure_text": ["3", "4"], "position": [0, 1]}


# --- seeing -----------------------------------------------------------------------------------------------------------


def test_entry_is_read_with_any_published_project(by, reader, manager, outsider):
    hidden = make_initiative("Geheim", by=by)
    shown = make_initiative("Offen", published=True, by=by)
    both = make_entry(hidden, shown, published=True, by=by)
    only = make_entry(hidden, published=True, by=by)
    draft = make_entry(shown, by=by)

    assert set(ProgressEntry.objects.visible_to(reader)) == {both} == set(ProgressEntry.objects.published())
    assert set(ProgressEntry.objects.visible_to(manager)) == {both, only, draft}
    assert not ProgressEntry.objects.visible_to(outsider).exists()
    unpublish_initiative(shown, by=by, reason="verfrüht")
    assert not ProgressEntry.objects.published().exists()


def test_programme_is_read_with_its_first_published_project(by, reader, school_admin, outsider):
    initiative = make_initiative(by=by)
    assert [model.objects.visible_to(reader).count() for model in (MasterPlan, Objective)] == [0, 0]
    publish_initiative(initiative, by=by)
    for user, number in ((reader, 1), (school_admin, 1), (outsider, 0)):
        assert [m.objects.visible_to(user).count() for m in (MasterPlan, Objective, Initiative)] == [number] * 3


def test_programmes_are_read_in_four_queries(by, reader, django_assert_num_queries):
    for title in "ABC":
        make_entry(make_initiative(title, published=True, by=by), published=True, by=by)
        make_entry(make_initiative(title, by=by), by=by)
    with django_assert_num_queries(4):
        (plan,) = programmes()
        (objective,) = plan.shown_objectives
        assert [(one.title, len(one.shown_entries)) for one in objective.shown_initiatives] == [
            ("A", 1),
            ("B", 1),
            ("C", 1),
        ]


def test_focus_comes_first(by):
    for title, is_focus in (("A", False), ("B", True)):
        create_initiative(make_objective(by=by), by=by, title=title, is_focus=is_focus)
    assert [one.title for one in Initiative.objects.all()] == ["B", "A"]


@pytest.mark.parametrize("number", [1, 2])
def test_headings_are_singular_or_plural(by, number):
    for state in ("done", "under_way", "planned"):
        for _one in range(number):
            make_entry(state=state, by=by)
    with translation.override("en"):
        found = [
            (group.state, group.heading, len(group.entries)) for group in entry_groups(ProgressEntry.objects.all())
        ]
    words = ("This point has", "is") if number == 1 else ("These points have", "are")
    subject = words[0].rsplit(" ", 1)[0]
    assert found == [
        ("done", f"{words[0]} been implemented", number),
        ("under_way", f"{subject} {words[1]} under way", number),
        ("planned", f"{subject} {words[1]} planned", number),
    ]


def test_project_without_entries_has_no_groups():
    assert entry_groups([]) == []


# --- periods and hints ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("precision", "first", "last", "text"),
    [
        ("day", date(2024, 2, 29), date(2024, 2, 29), "29 Feb 2024"),
        ("month", date(2024, 2, 1), date(2024, 2, 29), "February 2024"),
        ("quarter", date(2024, 1, 1), date(2024, 3, 31), "Q1 2024"),
        ("year", date(2024, 1, 1), date(2024, 12, 31), "2024"),
    ],
)
def test_period_is_as_exact_as_it_is_known(precision, first, last, text):
    day = date(2024, 2, 29)
    with translation.override("en"):
        shown = period_text(day, precision)
    assert (first_day(day, precision), last_day(day, precision)) == (first, last)
    assert shown.split() == text.split() or precision == "day"


def test_end_of_the_calendar_is_a_period_too():
    assert [last_day(date(9999, 12, 31), name) for name in ("day", "month", "quarter", "year")] == [date.max] * 4


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        (CLEAN, []),
        (CLEAN._replace(text="13 Schulen haben WLAN."), ["number"]),
        (CLEAN._replace(text="Seit 2020 und dem 1.2.2023 haben Schulen WLAN."), []),
        (CLEAN._replace(text="13 Schulen haben WLAN.", figure="13", as_of=date(2024, 3, 15)), []),
        (CLEAN._replace(text="Derzeit wird gebaut."), ["out of date"]),
        (CLEAN._replace(text="Schulen haben WLAN"), ["full stop"]),
        (CLEAN._replace(text="x" * 281 + "."), ["long"]),
        (CLEAN._replace(on=date(2024, 8, 2)), ["future"]),
        (CLEAN._replace(on=date(2024, 3, 1)), ["first day of the month"]),
        (CLEAN._replace(on=date(2024, 3, 1), precision="month"), []),
        (CLEAN._replace(state="planned"), ["has passed"]),
        (CLEAN._replace(state="planned", on=date(2024, 8, 2)), ["hold to the day"]),
        (CLEAN._replace(state="planned", on=date(2024, 1, 1), precision="year"), []),
        (CLEAN._replace(figure="ca. 15.000", as_of=date(2024, 3, 15)), ["does not say it"]),
        (CLEAN._replace(text="Es sind ca. 15.000.", figure="ca. 15.000", as_of=date(2023, 1, 1)), ["outside"]),
        (Draft("", None, "day", ""), []),
    ],
)
def test_hints_say_what_a_reader_would_stumble_over(draft, said):
    with translation.override("en"):
        found = hints(draft, date(2024, 6, 1))
    assert [word in hint for word, hint in zip(said, found, strict=True)] == [True] * len(said)
