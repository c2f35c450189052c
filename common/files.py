"""Files that belong to a record: documents, photos."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """A file kept with a record. ``size`` in bytes; ``digest``: SHA-256; ``media_type`` by content, not by name."""

    file = models.FileField(_("file"), upload_to="files/%Y/", max_length=250)
    name = models.CharField(_("name"), max_length=150)
    size = models.PositiveIntegerField(_("size"))
    media_type = models.CharField(_("media type"), max_length=100)
    digest = models.CharField(_("digest"), max_length=64)
    added_at = models.DateTimeField(_("added at"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name
