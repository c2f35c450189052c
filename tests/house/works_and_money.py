"""What the world has of the works and the money of a school. Written as rows: what is read is looked at here."""

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from audit.actor import Actor
from audit.models import Act
from audit.services import open_act
from costs.models import CostEntry, CostFile, CostPart
from funding.models import (
    Drawdown,
    Financing,
    FinancingShare,
    GrantNotice,
    Programme,
    ProgrammeMilestone,
    ProgrammeSchool,
)
from inventory.models import Device, FundedCategory, OrderLine, PlannedHandOver
from rollout.models import (
    ConstructionProject,
    JournalEntry,
    Milestone,
    MilestoneState,
    ProjectFile,
    ProjectRoom,
    ProjectRoomState,
    WorksDefect,
)
from schools.models import School
from tests.factories import DAY, make_room
from tests.house.markers import marker

Things = dict[str, dict[str, Any]]


def about_works(side: str, school: School, project: ConstructionProject, by: Actor) -> Things:
    act = open_act(by, "project.change")
    milestone = _milestone(project, act)
    defect = WorksDefect.objects.create(
        project=project, room=make_room(school), text="Dose fehlt", found_on=DAY, due_on=date(2024, 4, 1)
    )
    line = JournalEntry.objects.create(project=project, on=DAY, text="Ortstermin", act=act)
    file = ProjectFile.objects.create(project=project, defect=defect, **stored(side, "projectfile"))
    return {
        "milestone": {"pk": project.pk, "phase": milestone.phase},
        "works_room": {"pk": project.pk, "room_pk": _covered(project, school, act).pk},
        "defect": {"pk": project.pk, "defect_pk": defect.pk},
        "journal_entry": {"pk": project.pk, "entry_pk": line.pk},
        "project_file": {"pk": project.pk, "file_pk": file.pk},
        "project_parts": {"project": project.pk},
        "api_milestone": {"project": project.pk, "pk": milestone.pk},
        "api_defect": {"project": project.pk, "pk": defect.pk},
        "api_journal_entry": {"project": project.pk, "pk": line.pk},
        "api_project_file": {"project": project.pk, "pk": file.pk},
    }


def _milestone(project: ConstructionProject, act: Act) -> Milestone:
    dates = {"planned_on": date(2024, 9, 1), "forecast_on": date(2024, 10, 1), "reason": "Lieferung verzögert"}
    milestone = Milestone.objects.create(project=project, phase="accepted", **dates)
    MilestoneState.objects.create(milestone=milestone, **dates, **_fact(act))
    return milestone


def _covered(project: ConstructionProject, school: School, act: Act) -> ProjectRoom:
    covered = ProjectRoom.objects.create(project=project, room=make_room(school))
    ProjectRoomState.objects.create(covered=covered, is_done=False, **_fact(act))
    return covered


def about_money(side: str, school: School, things: Things, by: Actor) -> Things:
    """A programme that pays the school's ``device`` and ``project``, and the ``order`` that the device came by."""
    act = open_act(by, "funding.change")
    programme, others = _programme(side, school, act)
    financing = Financing.objects.create(name=f"Mischung {side}")
    FinancingShare.objects.create(financing=financing, programme=programme, percent=100)
    Device.objects.filter(**things["device"]).update(financing=financing)
    OrderLine.objects.filter(order=things["order"]["pk"]).update(financing=financing)
    ConstructionProject.objects.filter(**things["project"]).update(financing=financing, contractor="Netzbau Süd")
    entry, file = _cost(side, school, things["project"]["pk"], programme, act)
    return {
        **others,
        "financing": {"pk": financing.pk},
        "cost": {"pk": entry.pk},
        "cost_file": {"pk": entry.pk, "file_pk": file.pk},
        "cost_parts": {"entry": entry.pk},
        "api_cost_file": {"entry": entry.pk, "pk": file.pk},
        "planned_hand_over": {"pk": _planned(school, programme, things, act).pk},
    }


def _programme(side: str, school: School, act: Act) -> tuple[Programme, Things]:
    programme = Programme.objects.create(key=f"p-{side}", name=f"Programm {side}", rate=90, is_tied=True)
    ProgrammeSchool.objects.create(programme=programme, school=school)
    step = ProgrammeMilestone.objects.create(programme=programme, name="Antragsende", due_on=DAY)
    notice = GrantNotice.objects.create(programme=programme, number="1", amount=Decimal(1), **_fact(act))
    call = Drawdown.objects.create(programme=programme, number="1", amount=Decimal(1), **_fact(act))
    return programme, {
        "programme": {"pk": programme.pk},
        "programme_milestone": {"pk": programme.pk, "milestone_pk": step.pk},
        "notice": {"pk": programme.pk, "notice_pk": notice.pk},
        "drawdown": {"pk": programme.pk, "drawdown_pk": call.pk},
        "programme_parts": {"programme": programme.pk},
        "api_programme_milestone": {"programme": programme.pk, "pk": step.pk},
        "api_notice": {"programme": programme.pk, "pk": notice.pk},
        "api_drawdown": {"programme": programme.pk, "pk": call.pk},
    }


def _cost(side: str, school: School, project: int, programme: Programme, act: Act) -> tuple[CostEntry, CostFile]:
    money = {"stage": "paid", "amount": Decimal(1)}
    entry = CostEntry.objects.create(on=DAY, number=f"R-{side}", payee="Netzbau Süd", **money)
    where = {"trade": "fibre", "school": school, "project_id": project}
    CostPart.objects.create(entry=entry, programme=programme, **where, **money, **_fact(act))
    return entry, CostFile.objects.create(entry=entry, **stored(side, "costfile"))


def _planned(school: School, programme: Programme, things: Things, act: Act) -> PlannedHandOver:
    category = Device.objects.get(**things["device"]).model.category
    FundedCategory.objects.create(programme=programme, category=category)
    return PlannedHandOver.objects.create(
        category=category,
        quantity=30,
        due_from=date(2025, 1, 1),
        due_until=date(2025, 4, 1),
        school=school,
        programme=programme,
        order_line=OrderLine.objects.get(order=things["order"]["pk"]),
        **_fact(act),
    )


def _fact(act: Act) -> dict[str, Any]:
    return {"act": act, "recorded_at": act.at, "valid_from": DAY}


def stored(side: str, name: str) -> dict[str, Any]:
    """A document that says whose it is: who may not have the record must not get the file either."""
    content = f"%PDF-1.7\n{marker(side, f'{name}_content')}\n%%EOF\n".encode()
    return {
        "file": ContentFile(content, name="x.pdf"),
        "name": f"{name}-{side}.pdf",
        "size": len(content),
        "media_type": "application/pdf",
        "digest": hashlib.sha256(content).hexdigest(),
        "added_at": timezone.now(),
    }
