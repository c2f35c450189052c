"""The user model."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person who signs in. What they may do stands in ``schools.access``.

    ``erased_at``: since then neither name nor address is stored, and nobody signs in; what they did stays done.
    """

    erased_at = models.DateTimeField(_("personal data deleted at"), null=True, blank=True, editable=False)

    #: What a token leaves of the rights, while a request with one is answered: ``schools.access.Limit``.
    limit = None

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")  # type: ignore[assignment]  # lazy text, as Django documents it
        verbose_name_plural = _("users")  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.get_full_name() if self.erased_at else self.get_username()

    def get_full_name(self) -> str:
        return gettext("deleted person") if self.erased_at else super().get_full_name()
