"""Who did what, when, why: an *act* and one *entry* per record that it touched, chained by *links*."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.enums import Channel, Retention
from audit.querysets import ActQuerySet, EntryQuerySet, PersonalDetailQuerySet
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

    objects = ActQuerySet.as_manager()

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("acts")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.subject}".rstrip()


class Entry(models.Model):
    """What an act did to one record. ``changes``: ``{field: [old, new]}``.

    ``school`` has no constraint: an entry stays as it is when its school is taken back with an import. Read it by
    ``select_related``, which gives ``None`` then.
    """

    act = models.ForeignKey(Act, models.PROTECT, related_name="entries", verbose_name=_("act"))
    kind = models.CharField(_("kind"), max_length=40)
    object_id = models.BigIntegerField(_("record"))
    label = models.CharField(_("label"), max_length=150)
    school = models.ForeignKey(
        "schools.School",
        models.DO_NOTHING,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("school"),
    )
    changes = models.JSONField(_("changes"), default=dict)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [models.Index(fields=["kind", "object_id"], name="audit_entry_record")]

    def __str__(self) -> str:
        return f"{self.kind} {self.label}"


class Link(models.Model):
    """One link of the chain: what was written in one go, and all before it. See ``audit.chain``.

    ``number``: of the entries; 0: the act itself. ``content``: their digest; ``digest``: also of what came before.
    ``is_loose``: written while somebody else was writing; a later link names it in ``ties``.
    """

    act = models.ForeignKey(Act, models.PROTECT, related_name="links", verbose_name=_("act"))
    number = models.PositiveIntegerField(_("number of entries"))
    content = models.CharField(_("digest of the content"), max_length=64)
    digest = models.CharField(_("digest"), max_length=64)
    is_loose = models.BooleanField(_("loose"), default=False)
    ties = models.JSONField(_("ties"), default=list)

    class Meta:
        verbose_name = _("link of the audit trail")
        verbose_name_plural = _("links of the audit trail")

    def __str__(self) -> str:
        return f"{self.pk}: {self.digest}"


class LooseEnd(models.Model):
    """A loose link that no other one ties yet. The only table of the trail whose rows go again by themselves."""

    link = models.OneToOneField(Link, models.PROTECT, primary_key=True, related_name="+", verbose_name=_("link"))

    class Meta:
        verbose_name = _("loose end of the audit trail")
        verbose_name_plural = _("loose ends of the audit trail")

    def __str__(self) -> str:
        return str(self.link_id)


class PersonalDetail(models.Model):
    """Values of an entry that say something about a person, apart from it so that they can be deleted.

    The entry holds their digests, made with ``salt``: without this row nobody can guess what they were.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="details", verbose_name=_("entry"))
    changes = models.JSONField(_("changes"), default=dict)
    salt = models.CharField(_("salt"), max_length=32)
    retention = models.CharField(_("retention"), max_length=20, choices=Retention.choices)
    created_at = models.DateTimeField(_("created at"))

    objects = PersonalDetailQuerySet.as_manager()

    class Meta:
        verbose_name = _("personal detail")
        verbose_name_plural = _("personal details")
        indexes = [models.Index(fields=["retention", "created_at"], name="audit_detail_age")]

    def __str__(self) -> str:
        return str(self.entry_id)


class AuditedFact(DatedFact):
    """A dated fact that names the act by which it was recorded."""

    act = models.ForeignKey(Act, models.PROTECT, related_name="+", verbose_name=_("recorded by"))

    class Meta:
        abstract = True
