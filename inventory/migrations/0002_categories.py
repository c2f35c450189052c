"""Reference data: the kinds of equipment, with usual lifetimes and test intervals (all editable).

Lifetimes are assumptions; test intervals follow DGUV Vorschrift 3: portable 12 months, fixed 4 years.
"""

from django.db import migrations

PORTABLE, INSTALLED = "portable", "installed"
CATEGORIES = [
    # key, German, English, workflow, usual use, lifetime in years, test interval in months
    ("tablet", "Tablet", "Tablet", PORTABLE, "pupils", 5, None),
    ("convertible", "Convertible", "Convertible", PORTABLE, "pupils", 5, 12),
    ("laptop", "Laptop", "Laptop", PORTABLE, "pupils", 5, 12),
    ("desktop", "Desktop-PC", "Desktop PC", PORTABLE, "room", 5, 48),
    ("board", "Digitale Tafel", "Digital board", INSTALLED, "room", 8, 48),
    ("projector", "Beamer", "Projector", INSTALLED, "room", 6, 48),
    ("document_camera", "Dokumentenkamera", "Document camera", PORTABLE, "room", 6, 12),
    ("access_point", "Access-Point", "Access point", INSTALLED, "room", 6, None),
    ("switch", "Switch", "Switch", INSTALLED, "room", 8, 48),
    ("server", "Server", "Server", INSTALLED, "room", 5, 48),
    ("trolley", "Ladewagen", "Charging trolley", PORTABLE, "room", 10, 12),
]


def add_categories(apps, schema_editor):
    category = apps.get_model("inventory", "Category")
    names = ("key", "name", "name_en", "workflow", "default_use", "lifetime_years", "test_interval_months")
    for position, row in enumerate(CATEGORIES, 1):
        category.objects.create(position=position, **dict(zip(names, row, strict=True)))


def remove_categories(apps, schema_editor):
    apps.get_model("inventory", "Category").objects.filter(key__in=[row[0] for row in CATEGORIES]).delete()


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]
    operations = [migrations.RunPython(add_categories, remove_categories)]
