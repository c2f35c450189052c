"""Who did what, when, why: an *act* and one *entry* per record that it touched."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.enums import Channel
from common.dated import DatedFact


class Act(models.Model):
    """One deliberate deed of one person: a change, an import, a booked delivery.

    ``undoes``: the act that this one takes back; an act is taken back once at most.
    """

    at = models.DateTimeField(_("at"), db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("user")
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    via = models.CharField(_("by way of"), max_length=100, blank=True)
    verb = models.CharField(_("verb"), max_length=40)
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="undone_by", verbose_name=_("takes back")
    )

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("acts")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.subject}".rstrip()


class Entry(models.Model):
    """What an act did to one record. ``changes``: ``{field: [old, new]}``."""

    act = models.ForeignKey(Act, models.PROTECT, related_name="entries", verbose_name=_("act"))
    kind = models.CharField(_("kind"), max_length=40)
    object_id = models.BigIntegerField(_("record"))
    label = models.CharField(_("label"), max_length=150)
    school = models.ForeignKey(
        "schools.School", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("school")
    )
    changes = models.JSONField(_("changes"), default=dict)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [models.Index(fields=["kind", "object_id"], name="audit_entry_record")]

    def __str__(self) -> str:
        return f"{self.kind} {self.label}"


class AuditedFact(DatedFact):
    """A dated fact that names the act by which it was recorded."""

    act = models.ForeignKey(Act, models.PROTECT, related_name="+", verbose_name=_("recorded by"))

    class Meta:
        abstract = True
