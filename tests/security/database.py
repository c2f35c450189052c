"""What stands in the database, to be held against what stands there afterwards."""

import hashlib

from django.apps import apps

from tests.house.tree import PACKAGES


def snapshot() -> dict[str, str]:
    """Model → fingerprint of all its rows."""
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in PACKAGES]
    return {model._meta.label_lower: _fingerprint(model) for model in ours}


def _fingerprint(model: type) -> str:
    rows = sorted(map(repr, model._base_manager.order_by().values_list()))
    return f"{len(rows)} {hashlib.sha256(''.join(rows).encode()).hexdigest()}"
