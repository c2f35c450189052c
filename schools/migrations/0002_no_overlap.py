"""Believed periods of one owner never overlap: an exclusion constraint where the database has them.

Two ranges instead of an equality keep it free of the btree_gist extension. SQLite has no such
constraint; there `manage.py verify` proves the same.
"""

from django.db import migrations

ADD = """
ALTER TABLE schools_headcount ADD CONSTRAINT schools_headcount_no_overlap EXCLUDE USING gist (
    int8range(school_id, school_id, '[]') WITH &&,
    daterange(valid_from, valid_until) WITH &&
) WHERE (superseded_at IS NULL)
"""


def add_constraint(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(ADD)


def remove_constraint(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE schools_headcount DROP CONSTRAINT schools_headcount_no_overlap")


class Migration(migrations.Migration):
    dependencies = [("schools", "0001_initial")]
    operations = [migrations.RunPython(add_constraint, remove_constraint)]
