"""Views of lists that somebody keeps: which columns, filter, order, groups and day."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.enums import ListName
from reports.querysets import DefaultViewQuerySet, SavedViewQuerySet

#: Characters of an address that can be kept.
LONGEST = 2000


class SavedView(models.Model):
    """``query``: what its list is asked for, as in an address. It holds no record: each reader's rights decide.

    ``is_default``: whether the list begins with it for somebody (``with_default``).
    """

    is_default: bool

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("owner"))
    list_name = models.CharField(_("list"), max_length=20, choices=ListName.choices)
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(_("what is shown"), max_length=LONGEST, blank=True)
    is_shared = models.BooleanField(_("shared with everybody who may see the list"), default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["list_name", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "list_name", "name"],
                name="reports_savedview_name",
                violation_error_message=_("You have a view of this list with this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class DefaultView(models.Model):
    """The view with which a list begins for somebody: one of their own, or one that is shared."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    list_name = models.CharField(_("list"), max_length=20, choices=ListName.choices)
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="defaults", verbose_name=_("saved view"))

    objects = DefaultViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("default view")
        verbose_name_plural = _("default views")
        constraints = [
            models.UniqueConstraint(fields=["user", "list_name"], name="reports_defaultview_one"),
        ]

    def __str__(self) -> str:
        return f"{self.get_list_name_display()}: {self.view}"
