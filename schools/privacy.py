"""What is stored about people: shown to them, deleted for them, and kept for how long."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Field, ForeignKey, Model, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.actor import Actor
from audit.enums import Retention
from audit.models import PersonalDetail
from audit.retention import forget_personal
from audit.services import Record, log_records, open_act
from schools.models import ApiToken, Invitation, Membership
from schools.people import end_sessions, locked_person, refuse_loss
from schools.roles import end_roles_of, person_label

#: So long a closed invitation and a token that ran out can still be looked at.
SETTLED = timedelta(days=30)
#: Rows that refer to a person by CASCADE are about the person and go with them. These are not, or stay for a reason.
STAYS = {
    "schools.Membership.user": _("Roles are ended; since when somebody could do what is part of the audit trail."),
    "admin.LogEntry.user": _("Changes of reference tables: what somebody did, not who they are."),
}
#: Not in the export of a person's data.
NOT_TOLD = {
    "api.AnsweredRequest.user": _("Answers to repeated requests, kept for a day: they tell of devices, not of people."),
}
#: Never shown, to nobody.
SECRETS = frozenset({"password", "digest", "secret", "data", "session_key", "token", "token_secret", "key"})


class Reference(NamedTuple):
    """A foreign key to the user. ``is_own``: its rows are about the person, not what they did."""

    model: type[Model]
    field: str
    is_own: bool

    @property
    def name(self) -> str:
        return f"{self.model._meta.label}.{self.field}"


def references() -> list[Reference]:
    """All foreign keys to the user, by name."""
    found = [
        Reference(model, field.name, field.remote_field.on_delete is models.CASCADE)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and field.remote_field.model is User
    ]
    told = [one._replace(is_own=one.is_own and one.name not in STAYS) for one in found]
    return sorted(told, key=lambda one: one.name)


def data_about(person: User) -> dict[str, Any]:
    """All that is stored about somebody, ready for JSON.

    ``{"person": {field: value}, "own": {reference: [row]}, "deeds": {reference: [row]}, "trail": [detail]}``: rows
    about the person, rows of what they did, and what the audit trail keeps apart about them. One query each.
    """
    told = [one for one in references() if one.name not in NOT_TOLD]
    return {
        "person": _row(person, _plain_fields(User)),
        "own": {one.name: _rows(one, person) for one in told if one.is_own or one.model is Membership},
        "deeds": {one.name: _rows(one, person) for one in told if not (one.is_own or one.model is Membership)},
        "trail": _details_of(person),
    }


def erase_person(person: User, *, by: Actor, reason: str = "") -> User:
    """Delete who somebody is. What they did stays, as the deed of a deleted person; nobody signs in as them again.

    Raises ``ValidationError`` for oneself, the last administrator, and where it is done already.
    """
    with transaction.atomic():
        act = open_act(by, "person.erase", subject=person_label(person), reason=reason)
        found = locked_person(person)
        if found.erased_at:
            raise ValidationError(_("The data of this person were deleted before."), "erased")
        refuse_loss(found, by)
        end_roles_of(found, act=act)
        end_sessions(found)
        for one in references():
            if one.is_own:
                one.model._default_manager.filter(**{one.field: found}).delete()
        invitations = _invitations_of(found)
        forget_personal(found, by=by, others={Invitation._meta.label_lower: invitations.values_list("pk", flat=True)})
        invitations.delete()
        _empty(found, act.at)
        log_records(act, User, [Record(found.pk, person_label(found), None, {"erased_at": [None, act.at]})])
    return found


def remove_old_invitations(*, by: Actor, now: datetime) -> int:
    """Delete invitations that ended long enough ago, whether accepted or not; returns how many."""
    rows = Invitation.objects.filter(expires_at__lte=now - SETTLED)
    return _remove(rows, "invitation.remove", "role", by)


def remove_old_tokens(*, by: Actor, now: datetime) -> int:
    """Delete tokens that ran out long enough ago; returns how many."""
    rows = ApiToken.objects.filter(expires_at__lte=now - SETTLED)
    return _remove(rows, "token.remove", "name", by)


def _invitations_of(person: User) -> "models.QuerySet[Invitation]":
    theirs = Q(accepted_by=person) | (Q(email__iexact=person.email) if person.email else Q())
    return Invitation.objects.filter(theirs)


def _details_of(person: User) -> list[dict[str, Any]]:
    """Names and addresses that the audit trail keeps apart: of the account, and of where it was used from."""
    about = Q(entry__kind=User._meta.label_lower, entry__object_id=person.pk)
    about |= Q(entry__act__user=person, retention=Retention.SIGN_IN)
    details = PersonalDetail.objects.filter(about).select_related("entry__act").order_by("pk")
    return [{"at": _told(one.created_at), "verb": one.entry.act.verb, "changes": one.changes} for one in details]


def _empty(person: User, now: datetime) -> None:
    person.username = f"deleted-{person.pk}"
    person.first_name = person.last_name = person.email = ""
    person.is_active = person.is_staff = person.is_superuser = False
    person.last_login, person.erased_at = None, now
    person.set_unusable_password()
    person.save()
    person.groups.clear()
    person.user_permissions.clear()


def _remove(rows: models.QuerySet[Any], verb: str, field: str, by: Actor) -> int:
    with transaction.atomic():
        found = list(rows.select_for_update(of=("self",)))
        if found:
            records = [
                Record(row.pk, f"#{row.pk}", row.school_id, {field: [getattr(row, field), None]}) for row in found
            ]
            log_records(open_act(by, verb), rows.model, records)
            rows.model._default_manager.filter(pk__in=[row.pk for row in found]).delete()
    return len(found)


def _rows(reference: Reference, person: User) -> list[dict[str, Any]]:
    fields = [field for field in _plain_fields(reference.model) if field.name != reference.field]
    rows = reference.model._default_manager.filter(**{reference.field: person}).order_by("pk")
    return [_row(row, fields) for row in rows.only(*(field.name for field in fields))]


def _plain_fields(model: type[Model]) -> list[Field[Any, Any]]:
    """What can be told of a row: texts, numbers, moments, and to what it refers by number."""
    fields = [field for field in model._meta.get_fields() if isinstance(field, Field) and field.concrete]
    told = (field for field in fields if not field.many_to_many and not isinstance(field, models.JSONField))
    return [field for field in told if field.name not in SECRETS]


def _row(row: Model, fields: list[Field[Any, Any]]) -> dict[str, Any]:
    return {field.name: _told(field.value_from_object(row)) for field in fields}


def _told(value: Any) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return value if value is None or isinstance(value, bool | int | float) else str(value)
