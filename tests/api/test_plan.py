"""The wider programme by the interface: answers, drafts, figures that are kept, refusals."""

import pytest

from rollout.models import Initiative, ProgressEntry, PublicFigure
from tests.factories import DAY, make_devices, make_model, make_school
from tests.factories_plan import frozen, make_entry, make_initiative

pytestmark = pytest.mark.django_db


def boards(number):
    return make_devices(number, school=make_school(), model=make_model("Tafel 75", category="board"), on=DAY)


def test_programme_is_built_up_and_published(write, get, manager, reader):
    plan = write(manager, "post", "master-plans/", {"title": "Masterplan"}).json()
    objective = write(manager, "post", "objectives/", {"plan": plan["id"], "title": "Bildung"}).json()
    body = {"objective": objective["id"], "title": "Digitale Schule", "is_focus": True}
    answer = write(manager, "post", "initiatives/", body)

    made = Initiative.objects.get()
    shown = answer.json()
    assert answer.status_code == 201
    assert shown == {
        "id": made.pk,
        "objective": objective["id"],
        "title": "Digitale Schule",
        "description": "",
        "is_focus": True,
        "position": 0,
        "unit": "",
        "contact": "",
        "published_at": None,
        "changed_at": shown["changed_at"],
    }
    path = f"initiatives/{made.pk}/"
    assert get(reader, path)[0] == 404
    assert write(manager, "post", f"{path}publish/", {}, of=path).json()["published_at"]
    assert [get(reader, one)[0] for one in (path, f"master-plans/{plan['id']}/")] == [200, 200]
    above = f"objectives/{objective['id']}/"
    assert write(manager, "delete", above, of=above).status_code == 400


def test_entry_keeps_the_value_of_its_figure(write, get, manager, by):
    boards(99)
    initiative = make_initiative(published=True, by=by)
    found = get(manager, "progress-proposals/", as_of=DAY.isoformat(), wording="about")[1]
    proposed = next(one for one in found if one["figure"]["key"] == "boards_in_service")
    boards(50)

    body = {
        "initiatives": [initiative.pk],
        "text": proposed["text"],
        "on": DAY.isoformat(),
        "state": proposed["state"],
        "figure": proposed["figure"],
    }
    shown = write(manager, "post", "progress-entries/", body).json()

    entry = ProgressEntry.objects.get()
    assert shown == {
        "id": entry.pk,
        "initiatives": [initiative.pk],
        "text": proposed["text"],
        "on": DAY.isoformat(),
        "precision": "day",
        "period": shown["period"],
        "state": "done",
        "figure_key": "boards_in_service",
        "figure_value": "99.00",
        "figure_text": entry.figure_text,
        "since": None,
        "as_of": DAY.isoformat(),
        "known_at": shown["known_at"],
        "published_at": None,
        "changed_at": shown["changed_at"],
        "author": manager.username,
    }
    path = f"progress-entries/{entry.pk}/"
    dropped = write(manager, "patch", path, {"figure": None}, of=path).json()
    assert (dropped["figure_key"], dropped["as_of"], dropped["text"]) == ("", None, proposed["text"])


def test_published_entry_changes_with_a_reason(write, manager, by):
    entry = make_entry(make_initiative(published=True, by=by), published=True, by=by)
    path = f"progress-entries/{entry.pk}/"
    refused = write(manager, "patch", path, {"text": "Neu."}, of=path)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "reason")
    assert write(manager, "patch", path, {"text": "Neu.", "reason": "genauer"}, of=path).json()["text"] == "Neu."
    assert write(manager, "post", f"{path}unpublish/", {"reason": "verfrüht"}, of=path).json()["published_at"] is None
    assert write(manager, "post", f"{path}withdraw/", {"reason": "falsch"}, of=path).status_code == 204


def test_entries_are_filtered_and_show_no_hidden_project(get, reader, by):
    shown = make_initiative(published=True, by=by)
    both = make_entry(shown, make_initiative("Geheim", by=by), published=True, by=by)
    make_entry(shown, published=True, state="planned", by=by)
    found = get(reader, "progress-entries/", initiative=shown.pk, state="done")[1]["results"]
    assert [(one["id"], one["initiatives"]) for one in found] == [(both.pk, [shown.pk])]


def test_public_figures_are_chosen_as_a_whole(write, get, manager, school_admin, outsider):
    body = {"as_of": DAY.isoformat(), "keys": ["schools"]}
    assert [one["figure_key"] for one in write(manager, "post", "public-figures/", body).json()] == ["schools"]
    refused = write(manager, "post", "public-figures/", body | {"keys": ["pupils"]})
    assert (refused.status_code, PublicFigure.objects.get().figure_key) == (400, "schools")
    assert [one["figure_text"] for one in get(school_admin, "public-figures/")[1]] == ["1"]
    assert get(outsider, "public-figures/")[1] == []


@pytest.mark.parametrize("day", ["2999-01-01", "x"])
def test_other_days_are_refused(write, get, manager, by, day):
    assert get(manager, "progress-proposals/", as_of=day)[0] == 400
    body = {"initiatives": [make_initiative(by=by).pk], "text": "x", "on": DAY.isoformat(), "state": "done"}
    figure = {"key": "schools", "as_of": day}
    assert write(manager, "post", "progress-entries/", body | {"figure": figure}).status_code == 400
    assert not ProgressEntry.objects.exists()


def test_figure_without_a_value_is_refused(write, manager, by):
    body = {"initiatives": [make_initiative(by=by).pk], "text": "x", "on": DAY.isoformat(), "state": "done"}
    figure = {"key": frozen("boards_in_service").key, "as_of": DAY.isoformat()}
    assert write(manager, "post", "progress-entries/", body | {"figure": figure}).status_code == 400
