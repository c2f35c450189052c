"""From the rows of a device to its dated facts and details; each step is tried before it is planned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from common.dated import Revision, Span, played
from common.parsing import normalise_heading
from imports.enums import Outcome
from imports.kinds.devices.changes import BLANK_DETAILS, Changes
from imports.kinds.devices.identity import Known, Owner, reject_duplicate
from imports.kinds.devices.work import Creation, DeviceWork
from imports.preview import Plan
from imports.reader import Cells
from inventory.enums import DeviceStatus
from inventory.models import Category
from inventory.services.states import KEEP, Placed, PlacementChange, check_placed, revise_placement
from inventory.workflow import WORKFLOWS, status_in
from schools.models import School

_COLUMN_OF = {"forbidden_step": "status", "no_status": "status", "no_school": "school", "foreign_room": "room"}


_NOTHING = (KEEP,) * len(Placed._fields)


class _Story:
    """The facts about one device so far, in the order of their days."""

    def __init__(self, timeline: Sequence[Span] = ()) -> None:
        self.timeline = timeline
        self.first: Placed | None = None
        self.start = date.min
        self.changes: list[PlacementChange] = []
        self.tests: set[date] = set()

    def begin(self, placed: Placed, on: date) -> None:
        self.first, self.start = placed, on
        self.timeline = [Span(-1, on, None, placed)]

    def go_on(self, change: PlacementChange, revision: Revision) -> None:
        self.changes.append(change)
        self.timeline = played(self.timeline, revision)


@dataclass(slots=True)
class DeviceRows:
    """All that the rows say, column by column. ``models``: position in the catalogue.

    ``bound``: until when devices may not be retired. ``last_of_day``: of an earlier step of a day, the row with the
    last one.
    """

    plan: Plan
    cells: Cells
    models: Sequence[int | None]
    schools: Sequence[School | None]
    work: DeviceWork
    timelines: Mapping[int, list[Span]]
    tested: Mapping[int, set[date]]
    bound: Mapping[int, date]
    told: Changes
    last_of_day: dict[int, int] = field(default_factory=dict)

    def read(self, owner: Owner) -> None:
        """Plan what the rows of one device say, the oldest first.

        Rows that have a problem already are looked at too, so that all their problems are told.
        """
        rows = [i for i in owner.rows if self._is_legible(i)]
        if len(rows) > 1:
            rows = self._in_order(rows, self._workflow(owner))
        if rows and owner.known:
            self._change(owner, owner.known, rows)
        elif rows:
            self._create(owner, rows)

    def _is_legible(self, i: int) -> bool:
        """Whether status, day and school could be read where they are given; a row left out is not read."""
        if self.plan.is_open(i) or self.plan.outcomes[i] is Outcome.SKIPPED:
            return self.plan.is_open(i)
        schools = (("school", self.schools), ("school_number", self.schools))
        given = (("status", self.cells["status"]), ("since", self.cells["since"]), *schools)
        return all(column[i] is not None or not self.plan.has_value(i, key) for key, column in given)

    def _day(self, i: int) -> date:
        """Day of what row ``i`` says; a row about an electrical test alone speaks of the day of the test."""
        day: date | None = self.cells["since"][i]
        if day is None and self._is_only_a_test(i):
            day = self.cells["tested_on"][i]
        return day or self.plan.context.on

    def _is_only_a_test(self, i: int) -> bool:
        stated = ("status", "room", "use", "is_managed")
        return self.schools[i] is None and all(self.cells[key][i] is None for key in stated)

    def _workflow(self, owner: Owner) -> str:
        """Workflow of the device, empty where neither inventory nor file name a model."""
        if owner.known:
            return owner.known.workflow
        model = next((position for i in owner.rows if (position := self.models[i]) is not None), None)
        return "" if model is None else self.work.catalogue.entries[model].category.workflow

    def _in_order(self, rows: list[int], workflow: str) -> list[int]:
        """Sorted by day. Rows of one day are its steps in the order of the file, of which the last remains.

        Where they are no such steps they contradict or repeat each other: none is taken.
        """
        by_day: dict[date, list[int]] = {}
        for i in rows:
            by_day.setdefault(self._day(i), []).append(i)
        ordered: list[int] = []
        for day in sorted(by_day):
            same = by_day[day]
            if len(same) == 1 or self._are_steps(same, workflow):
                ordered += same
                self.last_of_day.update(dict.fromkeys(same[:-1], same[-1]))
                continue
            for i in same:
                key = "serial" if self.cells["serial"][i] else "asset_tag"
                reject_duplicate(self.plan, i, key, same)
        return ordered

    def _are_steps(self, rows: list[int], workflow: str) -> bool:
        """Whether each row names another status, which may follow the one before."""
        given = [self.cells["status"][i] for i in rows]
        if not workflow or None in given:
            return False
        states = [status_in(workflow, status) for status in given]
        steps = pairwise(states)
        return len(set(states)) == len(states) and all(WORKFLOWS[workflow].allows(old, new) for old, new in steps)

    def _create(self, owner: Owner, rows: list[int]) -> None:
        model = next((position for i in rows if (position := self.models[i]) is not None), None)
        if model is None:
            for i in rows:
                if not self.plan.has_value(i, "model"):
                    self.plan.reject(i, "model", "no_model", _("This device is new: please name its model."))
            return
        category = self.work.catalogue.entries[model].category
        story = _Story()
        for i in rows:
            test = self._test(i, category.test_interval_months, story.tests)
            if story.first is None:
                first = self._first(i, category)
                if first and self.plan.is_open(i):
                    story.begin(first, self._day(i))
                    self.plan.outcomes[i] = Outcome.NEW
            else:
                self._continue(
                    i, story, self._placement(i, 0, story.first.school, category.workflow), category.workflow
                )
            if test and self.plan.is_open(i):
                story.tests.add(test)
        taken = [i for i in rows if self.plan.is_open(i)]
        if story.first is not None and taken:
            details = self._details(owner, taken)
            later, tests = tuple(story.changes), tuple(story.tests)
            self.work.creations.append(Creation(model, story.start, story.first, details, later, tests))

    def _first(self, i: int, category: Category) -> Placed | None:
        """The first state of a new device, or ``None`` when row ``i`` cannot begin one."""
        cells, plan = self.cells, self.plan
        school = school_at.pk if (school_at := self.schools[i]) else None
        status = cells["status"][i] or plan.context.options.status
        if not status:
            plan.reject(i, "status", "no_status", _("This device is new: please give its status."))
            return None
        status = status_in(category.workflow, status)
        room = self._room(i, school)
        placed = Placed(status, school, room, cells["use"][i] or category.default_use, cells["is_managed"][i])
        try:
            category.rules.check(None, status)
            check_placed(placed, self.work.rooms.rooms.home)
        except ValidationError as error:
            self._refuse(i, error, status)
            return None
        return placed

    def _change(self, owner: Owner, known: Known, rows: list[int]) -> None:
        story = _Story(self.timelines.get(known.pk, ()))
        tested = self.tested.get(known.pk, set())
        for i in rows:
            if self._is_passed(i, story, known):
                self.plan.outcomes[i] = Outcome.UNCHANGED
                continue
            self._check_model(i, known)
            test = None
            if not self.plan.is_skipped_column("tested_on"):
                test = self._test(i, known.test_interval, tested | story.tests)
            self._continue(i, story, self._wanted(i, known), known.workflow)
            if test and self.plan.is_open(i):
                story.tests.add(test)
                self.told.test(i, test)
                self.plan.outcomes[i] = Outcome.CHANGED
        taken = [i for i in rows if self.plan.is_open(i)]
        details = self._changed_details(owner, known, taken) if taken else {}
        if details:
            self.plan.outcomes[taken[-1]] = Outcome.CHANGED
            self.told.details(taken[-1], known, details)
            self.work.details[known.pk] = details
        if story.changes:
            self.work.changes[known.pk] = story.changes
        if story.tests:
            self.work.tests[known.pk] = sorted(story.tests)

    def _is_passed(self, i: int, story: "_Story", known: Known) -> bool:
        """Whether row ``i`` is an earlier step of a day of which we have the last one already."""
        last = self.last_of_day.get(i)
        if last is None or not self.plan.is_open(i) or not self.plan.is_open(last):
            return False
        change = self._wanted(last, known)
        try:
            rules, home = WORKFLOWS[known.workflow], self.work.rooms.rooms.home
            return not revise_placement(story.timeline, change, rules, home, self.bound.get(change.device))
        except ValidationError:
            return False

    def _continue(self, i: int, story: "_Story", change: PlacementChange, workflow: str) -> None:
        """Try one more fact on the timeline so far; keep it when row ``i`` is to be taken."""
        revision = Revision()
        if change[2:] != _NOTHING:
            try:
                rules, home = WORKFLOWS[workflow], self.work.rooms.rooms.home
                revision = revise_placement(story.timeline, change, rules, home, self.bound.get(change.device))
            except ValidationError as error:
                self._refuse(i, error, "" if change.status is KEEP else change.status)
        if self.plan.is_open(i):
            self.plan.outcomes[i] = Outcome.CHANGED if revision else Outcome.UNCHANGED
            if revision:
                self.told.placement(i, story.timeline, change, revision)
                story.go_on(change, revision)

    def _check_model(self, i: int, known: Known) -> None:
        model = None if self.plan.is_skipped_column("model") else self.models[i]
        if model is not None and self.work.catalogue.entries[model].category.workflow != known.workflow:
            message = _("The new model has other states than the old one, so the history would no longer hold.")
            self.plan.reject(i, "model", "other_workflow", message)

    def _refuse(self, i: int, error: ValidationError, status: str) -> None:
        """Say why not; where the cell calls ``status`` by another word, that word is named."""
        code, message = error.code or "invalid", error.messages[0]
        typed, label = self.plan.table.text(i, "status"), DeviceStatus(status).label if status else ""
        if code == "forbidden_step" and typed and label and normalise_heading(typed) != normalise_heading(label):
            parts = {"typed": typed, "status": label, "problem": message}
            message = _("“%(typed)s” means “%(status)s” for this device. %(problem)s") % parts
        self.plan.reject(i, _COLUMN_OF.get(code, "status"), code, message)

    def _wanted(self, i: int, known: Known) -> PlacementChange:
        return self.told.wanted(i, self._placement(i, known.pk, known.school, known.workflow))

    def _placement(self, i: int, pk: int, current_school: int | None, workflow: str) -> PlacementChange:
        """What row ``i`` says about the state; a blank cell says nothing."""
        cells = self.cells
        school = self.schools[i]
        where = school.pk if school else current_school
        status, use, is_managed = cells["status"][i], cells["use"][i], cells["is_managed"][i]
        room = None if pk and self.plan.is_skipped_column("room") else self._room(i, where)
        is_undated = pk and self.plan.is_skipped_column("since")
        return PlacementChange(
            pk,
            self.plan.context.on if is_undated else self._day(i),
            status_in(workflow, status) if status else KEEP,
            school.pk if school else KEEP,
            room if room is not None else KEEP,
            use or KEEP,
            is_managed if is_managed is not None else KEEP,
        )

    def _room(self, i: int, school: int | None) -> int | None:
        name = self.cells["room"][i]
        if not name:
            return None
        if school is None:
            self.plan.reject(i, "room", "room_without_school", _("A room needs a school: please name the school."))
            return None
        return self.work.rooms.find(i, school, self.cells["building"][i] or "", name)

    def _test(self, i: int, interval: int | None, known: set[date]) -> date | None:
        """Day of an electrical test that is not known yet."""
        day: date | None = self.cells["tested_on"][i]
        if day is None or day in known:
            return None
        if interval is None:
            message = _("Devices of this category have no test interval, so a test cannot be recorded.")
            self.plan.reject(i, "tested_on", "no_interval", message)
        return day

    def _details(self, owner: Owner, rows: Sequence[int]) -> dict[str, Any]:
        """The last word on everything that has no history; only what is given or taken away."""
        details: dict[str, Any] = {}
        for name, blank in BLANK_DETAILS.items():
            column = self.cells[name]
            for i in rows:
                if column[i] is not None:
                    details[name] = column[i]
                elif self.plan.is_clearing and self.plan.clears(i, name):
                    details[name] = blank
        if owner.serial:
            details["serial"] = owner.serial
        if owner.asset_tag:
            details["asset_tag"] = owner.asset_tag
        if owner.mdm_id:
            details["mdm_id"] = owner.mdm_id
        return details

    def _changed_details(self, owner: Owner, known: Known, rows: Sequence[int]) -> dict[str, Any]:
        details = self._details(owner, rows)
        model = next((position for i in reversed(rows) if (position := self.models[i]) is not None), None)
        if model is not None and self.work.catalogue.entries[model].pk != known.model:
            details["model"] = model
        is_skipped = self.plan.is_skipped_column
        return {
            name: value
            for name, value in details.items()
            if (name == "model" or value != getattr(known, name)) and not is_skipped(name)
        }
