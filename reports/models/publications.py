"""The report to a committee: a draft until it is published, then frozen for good."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from reports.enums import CompletionTable
from reports.querysets import PublicationQuerySet

TEXT = 6000


class Publication(models.Model):
    """A report for one session of a committee. A correction is a new edition with ``previous``.

    ``blocks``: ``[{"heading", "text"}]`` in their order. ``choices``: ``[{"key", "wording"}]``, the chosen figures.
    ``since``: begin of the window of flows. ``compare_with``: the day that changes are told from; ``None``: the as-of
    day of the report before. ``frozen``: all that was computed, see ``reports.publishing.content``; ``language``: in
    which its words are.
    """

    title = models.CharField(_("title"), max_length=150)
    committee = models.CharField(_("committee"), max_length=150)
    session_on = models.DateField(_("session"))
    as_of = models.DateField(_("as-of date"))
    since = models.DateField(_("flows since"), null=True, blank=True)
    compare_with = models.DateField(_("compared with"), null=True, blank=True)
    blocks = models.JSONField(_("texts"), default=list, blank=True)
    choices = models.JSONField(_("figures"), default=list, blank=True)
    completion = models.CharField(
        _("completion"), max_length=10, choices=CompletionTable.choices, default=CompletionTable.BY_TYPE
    )
    has_works = models.BooleanField(_("construction works"), default=True)
    has_changes = models.BooleanField(_("changes since the last report"), default=True)
    outlook = models.TextField(_("outlook"), max_length=TEXT, blank=True)
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    previous = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="following", verbose_name=_("previous edition")
    )
    correction = models.CharField(_("what is corrected"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    known_at = models.DateTimeField(_("as known at"), null=True, blank=True)
    frozen = models.JSONField(_("frozen content"), null=True, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("committee report")
        verbose_name_plural = _("committee reports")
        ordering = ["-session_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(**{f"{name}__isnull": True for name in ("published_at", "known_at", "frozen")})
                | Q(**{f"{name}__isnull": False for name in ("published_at", "known_at", "frozen")}),
                name="reports_publication_frozen",
                violation_error_message=_("A published report is frozen as a whole."),
            ),
            models.CheckConstraint(
                condition=Q(edition=1, previous__isnull=True) | Q(edition__gt=1, previous__isnull=False),
                name="reports_publication_edition",
                violation_error_message=_("Each edition but the first follows another one."),
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(since__lte=F("as_of")),
                name="reports_publication_since",
                violation_error_message=_("The period begins after the as-of date."),
            ),
            models.CheckConstraint(
                condition=Q(compare_with__isnull=True) | Q(compare_with__lt=F("as_of")),
                name="reports_publication_compare_with",
                violation_error_message=_("Choose a day before the as-of date."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def next_edition(self) -> "Publication | None":
        """The edition that corrects this one, published or still a draft."""
        found: Any = getattr(self, "following", None)
        return found
