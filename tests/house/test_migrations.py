import re

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from tests.house.tree import PACKAGES


@pytest.mark.django_db
def test_migrations_say_all_that_the_models_say():
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


def test_migrations_bear_names_that_tell_what_they_do():
    ours = {config.label for config in apps.get_app_configs() if config.name in PACKAGES}
    names = [f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations if app in ours]

    assert names, "no migration of ours was found"
    assert [
        name for name in names if re.search(r"\.\d{4}(_auto_|_alter_\w+_and_more|_initial_\d|$)|_and_more$", name)
    ] == []
