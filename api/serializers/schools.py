"""Schools and what belongs to them."""

from rest_framework import serializers

from api.serializers.fields import StrictSerializer
from api.serializers.related import SchoolRef, SiteRef
from schools.enums import OperatingStatus, RoomKind, SchoolType
from schools.models import Building, Headcount, Room, School, Site

#: The largest number that a column of whole numbers takes on every database.
SMALL = 2**31 - 1


def school_numbers(site: Site) -> list[str]:
    """Of the schools that use the site, as far as the view fetched them (only visible ones)."""
    return sorted(use.school.number for use in site.uses.all())


class SchoolSerializer(serializers.ModelSerializer[School]):
    class Meta:
        model = School
        fields = [
            "number",
            "name",
            "name_addition",
            "short_name",
            "district",
            "school_type",
            "authority_number",
            "operating_status",
            "opened_on",
            "closed_on",
            "email",
            "phone",
        ]
        read_only_fields = fields


class SiteSerializer(serializers.ModelSerializer[Site]):
    schools = serializers.SerializerMethodField(help_text="numbers of the schools that use it")

    class Meta:
        model = Site
        fields = ["id", "name", "street", "postcode", "town", "easting", "northing", "schools"]
        read_only_fields = fields

    def get_schools(self, site: Site) -> list[str]:
        return school_numbers(site)


class RoomSerializer(serializers.ModelSerializer[Room]):
    school = serializers.CharField(source="school.number", read_only=True)
    building = serializers.CharField(source="building.name", read_only=True)
    site = serializers.IntegerField(source="building.site_id", read_only=True)

    class Meta:
        model = Room
        fields = ["id", "school", "site", "building", "name", "kind"]
        read_only_fields = fields


class HeadcountSerializer(serializers.ModelSerializer[Headcount]):
    school = serializers.CharField(source="school.number", read_only=True)

    class Meta:
        model = Headcount
        fields = ["school", "valid_from", "valid_until", "pupils", "teachers", "classes"]
        read_only_fields = fields


class ReasonInput(StrictSerializer):
    """Every write may say why."""

    reason = serializers.CharField(
        required=False, allow_blank=True, max_length=500, help_text="why, for the audit trail"
    )


class AddressInput(StrictSerializer):
    """Street and postcode say which site it is; coordinates are metres of ETRS89 / UTM zone 32N."""

    street = serializers.CharField(max_length=200)
    postcode = serializers.CharField(max_length=10)
    town = serializers.CharField(max_length=100, required=False, allow_blank=True)
    easting = serializers.IntegerField(required=False, allow_null=True, min_value=-SMALL, max_value=SMALL)
    northing = serializers.IntegerField(required=False, allow_null=True, min_value=-SMALL, max_value=SMALL)


class SchoolChange(ReasonInput):
    name = serializers.CharField(max_length=200)
    name_addition = serializers.CharField(max_length=300, required=False, allow_blank=True)
    short_name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    district = serializers.CharField(max_length=80, required=False, allow_blank=True)
    school_type = serializers.ChoiceField(SchoolType.choices, help_text="key of the Schulform")
    authority_number = serializers.CharField(max_length=10, required=False, allow_blank=True)
    operating_status = serializers.ChoiceField(OperatingStatus.choices, required=False, help_text="key of the register")
    opened_on = serializers.DateField(required=False, allow_null=True)
    closed_on = serializers.DateField(required=False, allow_null=True, help_text="the first day without the school")
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)


class SchoolInput(SchoolChange):
    number = serializers.RegexField(r"^\d{6}$", help_text="Schulnummer, six digits")
    address = AddressInput(required=False, help_text="of the main site")


class SiteInput(AddressInput, ReasonInput):
    """A known site at the address is used again."""

    school = SchoolRef()
    is_main = serializers.BooleanField(default=False, help_text="the school gets its main site there")


class SiteChange(AddressInput, ReasonInput):
    name = serializers.CharField(max_length=200)


class BuildingSerializer(serializers.ModelSerializer[Building]):
    class Meta:
        model = Building
        fields = ["id", "site", "name"]
        read_only_fields = fields


class BuildingChange(ReasonInput):
    name = serializers.CharField(max_length=100)


class BuildingInput(BuildingChange):
    site = SiteRef()


class RoomChange(ReasonInput):
    name = serializers.CharField(max_length=60, help_text="the number on the door")
    kind = serializers.ChoiceField(RoomKind.choices)


class RoomInput(RoomChange):
    school = SchoolRef()
    site = SiteRef(help_text="one that the school uses")
    building = serializers.CharField(max_length=100, help_text="its name; a new one is created")


class HeadcountInput(ReasonInput):
    """Numbers that are not given stay as they are known; at least one is."""

    school = SchoolRef()
    valid_from = serializers.DateField(help_text="the day on which was counted")
    pupils = serializers.IntegerField(required=False, min_value=0, max_value=SMALL)
    teachers = serializers.IntegerField(required=False, min_value=0, max_value=SMALL)
    classes = serializers.IntegerField(required=False, min_value=0, max_value=SMALL)
