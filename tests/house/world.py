"""One small world that all addresses are asked in: two schools with the same things in both, and the cast."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.actor import Actor
from audit.models import Entry
from hooks.services import create_webhook, send_test
from imports.models import ImportBatch, ImportProfile
from inventory.models import Delivery, DeliveryFile, DeviceState
from inventory.services import book_delivery
from inventory.services.receipt import Code
from reports.models import ReportTemplate
from rollout.models import ProjectState, Requirement, Standard
from schools.enums import Role
from schools.invitations import invite
from schools.models import Membership, School
from schools.tokens import create_token
from tests.factories import DAY, make_device, make_order, make_project, make_room, make_school, make_user
from tests.house.about_boards import about_boards
from tests.house.about_defects import about_defects
from tests.house.about_figures import about_figures
from tests.house.about_labels import about_labels
from tests.house.about_lending import about_lending
from tests.house.about_plan import about_plan
from tests.house.about_publications import about_publications
from tests.house.about_retirement import about_retirement
from tests.house.about_standards import about_standards
from tests.house.about_views import about_views
from tests.house.receipt_scenarios import about_receipt
from tests.house.works_and_money import about_money, about_works, stored


class World:
    """``things``: arguments of the addresses about the cast's own school; ``others``: the same of the other school."""

    def __init__(self) -> None:
        self.own = make_school("Lindenschule", number="100100")
        self.other = make_school("Kastanienschule", number="100200")
        self.cast = _cast(self.own, self.other)
        self._sessions = {name: _session(user) for name, user in self.cast.items()}
        by = Actor(self.cast["it_staff"])
        self.things = _things("own", self.own, by)
        self.others = _things("oth", self.other, by)

    def client(self, person: str) -> Client:
        """A fresh browser in which ``person`` has signed in."""
        client = Client()
        if session := self._sessions[person]:
            client.cookies[settings.SESSION_COOKIE_NAME] = session
        return client


def _cast(own: School, other: School) -> dict[str, User | None]:
    """One of each role, in the order of ``rows.CAST``."""
    yesterday = timezone.localdate() - timedelta(days=1)
    ended = make_user("edda.ende")
    Membership.objects.create(user=ended, school=own, role=Role.SCHOOL_ADMIN, until=yesterday)
    two = make_user("zora.zwei", role=Role.SCHOOL_ADMIN, school=own)
    Membership.objects.create(user=two, school=other, role=Role.SCHOOL_ADMIN)
    return {
        "anonymous": None,
        "outsider": make_user("otto.fremd"),
        "foreign_admin": make_user("fritz.fern", role=Role.SCHOOL_ADMIN, school=other),
        "ended": ended,
        "school_reader": make_user("lena.lehrt", role=Role.SCHOOL_READER, school=own),
        "school_reporter": make_user("rita.ruft", role=Role.SCHOOL_REPORTER, school=own),
        "school_admin": make_user("selma.schule", role=Role.SCHOOL_ADMIN, school=own),
        "two_schools": two,
        "reader": make_user("rolf.leser", role=Role.READER),
        "auditor": make_user("paula.prueft", role=Role.AUDITOR),
        "it_staff": make_user("ina.it", role=Role.IT_STAFF),
        "manager": make_user("mara.leitung", role=Role.MANAGER),
        "administrator": make_user("adam.admin", role=Role.ADMINISTRATOR),
    }


def _session(user: User | None) -> str | None:
    if user is None:
        return None
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _paper(delivery: Delivery, side: str) -> DeliveryFile:
    return DeliveryFile.objects.create(delivery=delivery, **stored(side, "deliveryfile"))


def _things(side: str, school: School, by: Actor) -> dict[str, dict[str, Any]]:
    """Arguments per kind of address; every record that belongs to a school belongs to ``school``."""
    device = make_device(school=school)
    project = make_project(school)
    order = make_order()
    line = order.lines.select_related("model__category").get()
    delivery = book_delivery(
        order,
        note_number=f"L{school.pk}",
        delivered_on=DAY,
        serials=[Code(line, f"N{school.pk}")],
        by=by,
        school=school,
    )
    paid = {"device": {"pk": device.pk}, "project": {"pk": project.pk}, "order": {"pk": order.pk}}
    return {
        "": {},
        **paid,
        "act": {"pk": Entry.objects.filter(kind="inventory.device", object_id=device.pk).earliest("pk").act_id},
        "entry": {"pk": Entry.objects.filter(kind="inventory.device", object_id=device.pk).earliest("pk").pk},
        "state": {"pk": device.pk, "state_pk": DeviceState.objects.get(device=device).pk},
        "project_state": {"pk": project.pk, "state_pk": ProjectState.objects.get(project=project).pk},
        "delivery": {"pk": delivery.pk},
        "delivery_file": {"pk": delivery.pk, "file_pk": _paper(delivery, side).pk},
        "order_line": {"pk": order.pk, "line_pk": line.pk},
        "batch": {"pk": (batch := _batch(school, by)).pk},
        "import_part": {"batch": batch.pk},
        "profile": {"pk": _profile(school).pk},
        "kind": {"kind": "devices"},
        "trade": {"trade": "wlan"},
        "list": {"name": "schools"},
        "school": {"number": school.number},
        "requirement": {"number": school.number, "key": "media_concept"},
        "site": {"pk": school.sites.get().pk},
        "room": {"pk": make_room(school).pk},
        "building": {"pk": make_room(school).building_id},
        "manufacturer": {"pk": device.manufacturer_id},
        "standard": {"pk": Standard.objects.latest("valid_from").pk},
        "own_line": {"pk": _own_line(school).pk},
        "category": {"key": device.model.category.key},
        "model": {"pk": device.model_id},
        "problem": {"code": "invalid"},
        "passkey": {"pk": 1},
        "provider": {"provider_id": "sso"},
        "figure": {"key": "devices_in_service"},
        "figure_file": {"key": "devices_in_service", "form": "xlsx"},
        "reset_link": {"uidb36": "1", "key": "unknown"},
        **_about_people(school, by),
        **_about_webhooks(school, by),
        **about_works(side, school, project, by),
        **about_standards(side, school, by),
        **about_publications(by),
        **about_plan(by),
        **about_boards(side, school, by),
        **about_defects(side, school, by),
        **about_lending(side, school, by),
        **about_retirement(side, school),
        **about_views(side, by),
        **about_receipt(school, by),
        **about_figures(side, by),
        **about_labels(),
        **about_money(side, school, paid, by),
        "report_template": {"pk": ReportTemplate.objects.create(**stored(side, "reporttemplate")).pk},
    }


def _about_webhooks(school: School, by: Actor) -> dict[str, dict[str, Any]]:
    assert by.user
    hook, _secret = create_webhook(by.user, name=f"W{school.number}", url="https://example.org/hook", by=by)
    delivery = send_test(hook, by=by)
    return {
        "webhook": {"pk": hook.pk},
        "webhook_log": {"webhook": hook.pk},
        "webhook_delivery": {"pk": hook.pk, "delivery_pk": delivery.pk},
        "api_delivery": {"webhook": hook.pk, "pk": delivery.pk},
    }


def _own_line(school: School) -> Requirement:
    """What the standard asks of this school alone."""
    standard = Standard.objects.latest("valid_from")
    return Requirement.objects.create(
        standard=standard, school=school, key=f"own_{school.number}", name=f"Nur {school.number}", measure="yes_no"
    )


def _about_people(school: School, by: Actor) -> dict[str, dict[str, Any]]:
    """Somebody outside of the cast with a role in ``school``, a token, and an invitation for somebody else."""
    person = make_user(f"person.{school.number}", role=Role.SCHOOL_READER, school=school)
    token, _plain = create_token(person, "t", by=by)
    invitation, link = invite(f"{school.number}@schule.example", Role.SCHOOL_READER, by=by, school=school)
    return {
        "user": {"pk": person.pk},
        "role": {"pk": person.pk, "role_pk": person.memberships.get().pk},
        "membership": {"pk": person.memberships.get().pk},
        "token": {"pk": token.pk},
        "user_token": {"pk": person.pk, "token_pk": token.pk},
        "invitation": {"pk": invitation.pk},
        "invitation_link": {"token": link},
    }


def _batch(school: School, by: Actor) -> ImportBatch:
    batch = ImportBatch.objects.create(
        name=f"{school.number}.csv",
        sha256=school.number.zfill(64),
        size=1,
        created_by=by.user,
        created_at=timezone.now(),
        status="failed",
    )
    batch.file.save("x.csv", ContentFile(b"a;b"))
    return batch


def _profile(school: School) -> ImportProfile:
    return ImportProfile.objects.create(
        name=f"P{school.number}",
        kind="devices",
        fingerprint=school.number.zfill(64),
        created_at=timezone.now(),
    )
