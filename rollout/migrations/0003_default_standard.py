"""Reference data: the default equipment standard. Every value is an editable default.

Sources: 30 Mbit/s per class, one presentation unit per teaching room, fibre and a current media
concept are agreed practice; ratios and board shares are assumptions between published ones.
"""

from datetime import date

from django.db import migrations

MOBILE = ["tablet", "convertible", "laptop"]
TEACHING = ["classroom", "specialist"]
PRIMARY, SPECIAL, VOCATIONAL = "02", "08", "30"
# key, German, English, level, measure, parameters, categories, {school type: other parameters}
REQUIREMENTS = [
    ("pupil_devices", "Schülergeräte", "Pupil devices", "basis", "devices_per_head",
     {"head": "pupils", "per": 3, "use": "pupils"}, MOBILE, {SPECIAL: {"per": 2}, VOCATIONAL: {"per": 5}}),
    ("pupil_devices_target", "Schülergeräte (Ziel)", "Pupil devices (target)", "target", "devices_per_head",
     {"head": "pupils", "per": 1, "use": "pupils"}, MOBILE, {VOCATIONAL: {"per": 2}}),
    ("teacher_devices", "Lehrkräftegeräte", "Teacher devices", "basis", "devices_per_head",
     {"head": "teachers", "per": 1, "use": "teachers"}, MOBILE, {}),
    ("presentation", "Präsentationstechnik", "Presentation technology", "basis", "devices_per_room",
     {"quantity": 1, "room_kinds": TEACHING}, ["board", "projector"], {}),
    ("boards", "Anteil digitaler Tafeln", "Share of digital boards", "basis", "share",
     {"percent": 30, "of_key": "presentation"}, ["board"], {PRIMARY: {"percent": 50}, SPECIAL: {"percent": 50}}),
    ("access_points", "WLAN-Access-Points", "WLAN access points", "basis", "devices_per_room",
     {"quantity": 1, "room_kinds": TEACHING}, ["access_point"], {}),
    ("fibre", "Glasfaser am Standort", "Fibre to the site", "basis", "trade_live", {"trade": "fibre"}, [], {}),
    ("bandwidth", "Bandbreite", "Bandwidth", "basis", "minimum", {"amount": 1000, "unit": "Mbit/s"}, [],
     {PRIMARY: {"amount": 500, "amount_per_class": 30}, SPECIAL: {"amount": 500, "amount_per_class": 30}}),
    ("managed", "Mobilgeräte im MDM", "Mobile devices under MDM", "basis", "managed", {"percent": 100}, MOBILE, {}),
    ("electrical_test", "Gültige Elektroprüfung", "Valid electrical test", "basis", "tested", {"percent": 100},
     ["convertible", "laptop", "desktop", "board", "projector", "document_camera", "switch", "server", "trolley"], {}),
    ("media_concept", "Aktuelles Medienkonzept", "Current media concept", "basis", "yes_no", {}, [], {}),
    ("learning_platform", "Lernplattform im Einsatz", "Learning platform in use", "target", "yes_no", {}, [], {}),
    ("company_link", "Live-Schaltung zu Betrieben möglich", "Live link to companies possible", "target", "yes_no",
     {}, [], {}),
    ("coworking_space", "Co-Working-Space", "Co-working space", "target", "yes_no", {}, [], {}),
    ("online_counselling", "Online-Beratung", "Online counselling", "target", "yes_no", {}, [], {}),
]


def add_standard(apps, schema_editor):
    standard = apps.get_model("rollout", "Standard").objects.create(
        name="Ausstattungsstandard (Vorgabe)", valid_from=date(2019, 1, 1)
    )
    requirement_model = apps.get_model("rollout", "Requirement")
    categories = {c.key: c for c in apps.get_model("inventory", "Category").objects.all()}
    for position, (key, name, name_en, level, measure, given, fulfilled_by, by_type) in enumerate(REQUIREMENTS, 1):
        for school_type, other in [("", {}), *by_type.items()]:
            requirement = requirement_model.objects.create(
                standard=standard,
                key=key,
                position=position,
                name=name,
                name_en=name_en,
                level=level,
                measure=measure,
                school_type=school_type,
                **(given | other),
            )
            requirement.categories.set([categories[c] for c in fulfilled_by])


def remove_standard(apps, schema_editor):
    apps.get_model("rollout", "Standard").objects.filter(valid_from=date(2019, 1, 1)).delete()


class Migration(migrations.Migration):
    dependencies = [("rollout", "0002_no_overlap"), ("inventory", "0002_categories")]
    operations = [migrations.RunPython(add_standard, remove_standard)]
