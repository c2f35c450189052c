"""What belongs to a project. A school sees it with the project; diary and documents are the authority's."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.files import FILE_ANSWER, FILES, UploadMixin
from api.serializers.queries import AsOfQuery, HistoryQuery
from api.serializers.schools import ReasonInput
from api.serializers.works import (
    CoveredRoomSerializer,
    DefectChange,
    DefectInput,
    DefectSerializer,
    JournalChange,
    JournalInput,
    JournalSerializer,
    MilestoneChange,
    MilestoneInput,
    MilestoneSerializer,
    MilestoneStateSerializer,
    ProjectFileInput,
    ProjectFileSerializer,
    ResolvedInput,
    RoomsChangedSerializer,
    RoomsDoneInput,
    RoomsInput,
)
from api.versions import matching
from api.views.base import ChangeMixin, CreateMixin, DeleteMixin, actor
from api.views.bulk import named
from api.views.parts import PartViewSet, handed_out
from rollout.models import (
    ConstructionProject,
    JournalEntry,
    Milestone,
    MilestoneState,
    ProjectFile,
    ProjectRoomState,
    WorksDefect,
)
from rollout.services import (
    add_defect,
    attach_file,
    correct_journal,
    cover_rooms,
    drop_milestone,
    edit_defect,
    remove_file,
    reopen_defect,
    resolve_defect,
    set_milestone,
    set_rooms_done,
    uncover_rooms,
    withdraw_journal,
    write_journal,
)
from schools.access import Right
from schools.models import Room


class _OfProject(PartViewSet):
    owner_class, owner_name = ConstructionProject, "project"


class MilestoneViewSet(CreateMixin, _OfProject):
    """Plan and forecast of the phases, each change with its reason."""

    serializer_class = MilestoneSerializer
    paged = ("list", "states")
    queries = {"states": HistoryQuery}
    inputs = {"create": MilestoneInput, "change": MilestoneChange, "drop": ReasonInput}
    outputs = {"states": MilestoneStateSerializer}
    rights = {**dict.fromkeys(("create", "change"), Right.BOOK), "drop": Right.CORRECT}

    def get_queryset(self) -> QuerySet[Milestone]:
        milestones = Milestone.objects.visible_to(self.request.user)
        rows: QuerySet[Milestone] = milestones.planned() if self.action in ("list", "create") else milestones
        return rows.filter(**self.of_owner).order_by("pk")

    def add(self, data: dict[str, Any]) -> Milestone:
        """A phase that has no milestone yet."""
        if self.get_queryset().filter(phase=data["phase"]).exists():
            message = Milestone._meta.constraints[0].get_violation_error_message()
            raise ValidationError({"phase": [message]}, "exists")
        return set_milestone(self.owner, data.pop("phase"), by=actor(self.request), **data)

    @action(detail=True, methods=["post"])
    def change(self, request: Request, pk: str, project: str) -> Response:
        """Record that from a day on another day is planned or expected."""
        milestone, said = self.get_object(), self.read_input()
        with matching(request, milestone) as current:
            days = {"planned_on": current.planned_on, "forecast_on": current.forecast_on}
            set_milestone(self.owner, current.phase, by=actor(request), **(days | said))
        return self.answer(milestone)

    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: str, project: str) -> Response:
        """Take back a milestone that was planned by mistake. Its address stays, for its history and to plan it anew."""
        milestone, said = self.get_object(), self.read_input()
        with matching(request, milestone) as current:
            drop_milestone(current, by=actor(request), **said)
        return self.answer(milestone)

    @action(detail=True)
    def states(self, request: Request, pk: str, project: str) -> Response:
        """The history, first day first; with ``?all=1`` also what was believed before."""
        states = MilestoneState.objects.visible_to(request.user).filter(milestone=self.get_object())
        if not self.query["all"]:
            states = states.known()
        return self.paged_answer(states.select_related("act__user").order_by("valid_from", "recorded_at", "pk"))


class ProjectRoomViewSet(_OfProject):
    """Rooms that the works cover, as of a day. Progress is counted from them."""

    serializer_class = CoveredRoomSerializer
    queries = {"list": AsOfQuery}
    inputs = {"cover": RoomsInput, "uncover": RoomsInput, "done": RoomsDoneInput}
    outputs = dict.fromkeys(("cover", "uncover", "done"), RoomsChangedSerializer)
    rights = {"cover": Right.EDIT, "uncover": Right.EDIT, "done": Right.BOOK}

    def get_queryset(self) -> QuerySet[ProjectRoomState]:
        day = self.query.get("as_of") or timezone.localdate()
        states: Any = ProjectRoomState.objects.visible_to(self.request.user)
        rows = states.as_of(day, self.query.get("known_at")).filter(covered__project=self.kwargs.get("project"))
        return rows.select_related("covered__room__school").order_by("covered__room__name", "pk")

    @action(detail=False, methods=["post"])
    def cover(self, request: Request, project: str) -> Response:
        """From a day on the works cover these rooms."""
        return self._changed(cover_rooms)

    @action(detail=False, methods=["post"])
    def uncover(self, request: Request, project: str) -> Response:
        """From a day on the works cover these rooms no longer."""
        return self._changed(uncover_rooms)

    @action(detail=False, methods=["post"])
    def done(self, request: Request, project: str) -> Response:
        """From a day on these rooms are done, or are not."""
        return self._changed(set_rooms_done)

    def _changed(self, service: Any) -> Response:
        owner, said = self.owner, self.read_input()
        rooms = named(Room.objects.visible_to(self.request.user).select_related("building"), said.pop("rooms"))
        changed = service(owner, rooms, by=actor(self.request), **said)
        return Response(self.get_serializer({"changed": changed}).data)


class DefectViewSet(CreateMixin, ChangeMixin, _OfProject):
    """Defects found at acceptance or later, to be resolved by the contractor."""

    serializer_class = DefectSerializer
    inputs = {"create": DefectInput, "partial_update": DefectChange, "resolve": ResolvedInput, "reopen": ReasonInput}
    rights = dict.fromkeys(("create", "partial_update", "resolve", "reopen"), Right.BOOK)

    def get_queryset(self) -> QuerySet[WorksDefect]:
        rows: QuerySet[WorksDefect] = WorksDefect.objects.visible_to(self.request.user)
        return rows.filter(**self.of_owner).select_related("room").order_by("found_on", "pk")

    def add(self, data: dict[str, Any]) -> WorksDefect:
        return add_defect(self.owner, by=actor(self.request), **data)

    def change(self, record: WorksDefect, data: dict[str, Any]) -> None:
        """Correct text, room, day or deadline."""
        reason = data.pop("reason", "")
        edit_defect(record, by=actor(self.request), changes=data, reason=reason)

    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, pk: str, project: str) -> Response:
        """The defect is resolved since a day."""
        return self._set(resolve_defect)

    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str, project: str) -> Response:
        """The defect is there still, or again."""
        return self._set(reopen_defect)

    def _set(self, service: Any) -> Response:
        defect, said = self.get_object(), self.read_input()
        with matching(self.request, defect) as current:
            service(current, by=actor(self.request), **said)
        return self.answer(defect)


class JournalViewSet(CreateMixin, ChangeMixin, _OfProject):
    """The diary of the works: meetings, agreements, obstacles. What a corrected line said before is in the trail."""

    serializer_class = JournalSerializer
    inputs = {"create": JournalInput, "partial_update": JournalChange, "withdraw": ReasonInput}
    rights = {"create": Right.BOOK, "partial_update": Right.CORRECT, "withdraw": Right.CORRECT}

    def get_queryset(self) -> QuerySet[JournalEntry]:
        rows: QuerySet[JournalEntry] = JournalEntry.objects.visible_to(self.request.user)
        return rows.filter(**self.of_owner).select_related("act__user", "corrected_by__user").order_by("-on", "-pk")

    def add(self, data: dict[str, Any]) -> JournalEntry:
        return write_journal(self.owner, by=actor(self.request), **data)

    def change(self, record: JournalEntry, data: dict[str, Any]) -> None:
        """Correct the day or the text of a line."""
        correct_journal(record, by=actor(self.request), **data)

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str, project: str) -> Response:
        """Take back a line that should not have been written; its place stays, without its text."""
        entry, said = self.get_object(), self.read_input()
        with matching(request, entry) as current:
            withdraw_journal(current, by=actor(request), **said)
        return self.answer(entry)


class ProjectFileViewSet(UploadMixin, CreateMixin, DeleteMixin, _OfProject):
    """Documents of the works, and photos of their defects; a school sees the photos."""

    serializer_class = ProjectFileSerializer
    inputs = {"create": ProjectFileInput}
    rights = dict.fromkeys(("create", "destroy"), Right.BOOK)
    uploads = frozenset({"create"})

    def get_queryset(self) -> QuerySet[ProjectFile]:
        rows: QuerySet[ProjectFile] = ProjectFile.objects.visible_to(self.request.user)
        return rows.filter(**self.of_owner).order_by("pk")

    def add(self, data: dict[str, Any]) -> ProjectFile:
        if "defect" in data:
            defects = WorksDefect.objects.visible_to(self.request.user)
            data["defect"] = get_object_or_404(defects, pk=data["defect"], project=self.owner)
        return attach_file(self.owner, data.pop("file"), by=actor(self.request), **data)

    def remove(self, record: ProjectFile) -> None:
        """Delete the file for good; the trail keeps its name and digest."""
        remove_file(record, by=actor(self.request))

    @extend_schema(responses=FILE_ANSWER)
    @action(detail=True, renderer_classes=FILES)
    def content(self, request: Request, pk: str, project: str) -> FileResponse:
        """The file itself."""
        return handed_out(self.get_object())
