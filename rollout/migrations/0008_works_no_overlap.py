"""Believed periods of a milestone, and of a room of a project, never overlap. See ``0002_no_overlap``."""

from django.db import migrations

TIMELINES = {"rollout_milestonestate": "milestone_id", "rollout_projectroomstate": "covered_id"}
ADD = """
ALTER TABLE {table} ADD CONSTRAINT {table}_no_overlap EXCLUDE USING gist (
    int8range({owner}, {owner}, '[]') WITH &&,
    daterange(valid_from, valid_until) WITH &&
) WHERE (superseded_at IS NULL)
"""


def add_constraints(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table, owner in TIMELINES.items():
            schema_editor.execute(ADD.format(table=table, owner=owner))


def remove_constraints(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in TIMELINES:
            schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_no_overlap")


class Migration(migrations.Migration):
    dependencies = [("rollout", "0007_works")]
    operations = [migrations.RunPython(add_constraints, remove_constraints)]
