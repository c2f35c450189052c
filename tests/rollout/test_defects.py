"""The defects list of works, and their diary."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from audit.actor import Actor
from audit.models import Act, Entry
from rollout.models import JournalEntry, WorksDefect
from rollout.services import (
    add_defect,
    correct_journal,
    edit_defect,
    reopen_defect,
    resolve_defect,
    withdraw_journal,
    write_journal,
)
from schools.models import School
from tests.factories import DAY, make_project, make_room
from tests.factories_works import make_defect

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=30)


def refused(call: Any) -> dict[str, list[str | None]]:
    with pytest.raises(ValidationError) as error:
        call()
    found = error.value.update_error_dict({})
    return {name: [one.code for one in problems] for name, problems in found.items()}


def test_defect_goes_through_its_life(school: School, by: Actor) -> None:
    project, room = make_project(school, status="accepted"), make_room(school)
    defect = add_defect(project, by=by, text="Dose locker", found_on=DAY, room=room, due_on=LATER)
    entry = Entry.objects.get(act=Act.objects.latest("pk"))
    assert (entry.kind, entry.object_id, entry.school_id) == ("rollout.worksdefect", defect.pk, school.pk)
    assert entry.changes == {
        "text": [None, "Dose locker"],
        "room": [None, room.pk],
        "found_on": [None, DAY.isoformat()],
        "due_on": [None, LATER.isoformat()],
    }
    edited = edit_defect(defect, by=by, changes={"text": "Dose fehlt", "room": None}, reason="Begehung")
    assert (edited.text, edited.room, edited.due_on) == ("Dose fehlt", None, LATER)
    assert resolve_defect(defect, by=by, on=LATER).resolved_on == LATER
    assert reopen_defect(defect, by=by, reason="Wieder locker").resolved_on is None
    verbs = Act.objects.filter(verb__startswith="defect.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["defect.add", "defect.edit", "defect.resolve", "defect.reopen"]


def test_bad_input_is_said_at_its_field(school: School, other_school: School, by: Actor) -> None:
    project = make_project(school)
    foreign = make_room(other_school)
    good = {"by": by, "text": "Dose locker", "found_on": DAY}
    assert refused(lambda: add_defect(project, **good | {"text": ""})) == {"text": ["blank"]}
    assert refused(lambda: add_defect(project, **good, room=foreign)) == {"room": ["foreign_room"]}
    assert refused(lambda: add_defect(project, **good | {"found_on": date(2999, 1, 1)})) == {"found_on": ["future_day"]}
    assert list(refused(lambda: add_defect(project, **good, due_on=DAY - timedelta(days=1)))) == ["due_on"]
    assert WorksDefect.objects.count() == 0


def test_defect_is_resolved_once_and_after_it_was_found(school: School, by: Actor) -> None:
    defect = make_defect(make_project(school))
    assert list(refused(lambda: resolve_defect(defect, by=by, on=DAY - timedelta(days=1)))) == ["on"]
    assert refused(lambda: resolve_defect(defect, by=by, on=date(2999, 1, 1))) == {"on": ["future_day"]}
    with pytest.raises(ValidationError) as error:
        reopen_defect(defect, by=by)
    assert error.value.code == "open"
    resolve_defect(defect, by=by, on=DAY)
    with pytest.raises(ValidationError) as error:
        resolve_defect(defect, by=by, on=LATER)
    assert error.value.code == "resolved"
    with pytest.raises(TypeError):
        edit_defect(defect, by=by, changes={"resolved_on": None})


def test_diary_keeps_its_text_to_itself(school: School, by: Actor) -> None:
    project = make_project(school)
    line = write_journal(project, by=by, on=DAY, text="Bauanlauf besprochen")
    assert (line.act, JournalEntry.objects.get()) == (Act.objects.latest("pk"), line)
    assert Entry.objects.get(act=line.act).changes == {"on": [None, DAY.isoformat()]}
    assert refused(lambda: write_journal(project, by=by, on=date(2999, 1, 1), text="x")) == {"on": ["future_day"]}
    assert refused(lambda: write_journal(project, by=by, on=DAY, text="")) == {"text": ["blank"]}


def test_line_of_the_diary_is_corrected_and_the_trail_keeps_the_former_text(school: School, by: Actor) -> None:
    line = write_journal(make_project(school), by=by, on=DAY, text="Bauanlauf am Montag")

    corrected = correct_journal(line, by=by, text="Bauanlauf am Dienstag", reason="verhört")

    entry = Entry.objects.latest("pk")
    assert (corrected.on, corrected.text, corrected.corrected_by) == (DAY, "Bauanlauf am Dienstag", entry.act)
    assert (entry.act.verb, entry.act.reason) == ("journal.correct", "verhört")
    assert entry.changes == {"text": ["Bauanlauf am Montag", "Bauanlauf am Dienstag"]}
    assert refused(lambda: correct_journal(line, by=by, on=date(2999, 1, 1))) == {"on": ["future_day"]}
    assert refused(lambda: correct_journal(line, by=by, text="")) == {"text": ["blank"]}


def test_withdrawn_line_of_the_diary_keeps_its_place_without_its_text(school: School, by: Actor) -> None:
    line = write_journal(make_project(school), by=by, on=DAY, text="Gehört woandershin")

    withdrawn = withdraw_journal(line, by=by, reason="falsche Baustelle")

    entry = Entry.objects.latest("pk")
    assert (withdrawn.is_withdrawn, withdrawn.corrected_by) == (True, entry.act)
    assert (entry.act.verb, entry.changes) == ("journal.withdraw", {"text": ["Gehört woandershin", ""]})
    for act in (correct_journal, withdraw_journal):
        assert refused(lambda act=act: act(line, by=by)) == {"__all__": ["withdrawn"]}
