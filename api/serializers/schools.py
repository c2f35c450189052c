"""Schools and what belongs to them."""

from rest_framework import serializers

from schools.models import Headcount, Room, School, Site


class SchoolSerializer(serializers.ModelSerializer[School]):
    class Meta:
        model = School
        fields = [
            "number",
            "name",
            "name_addition",
            "short_name",
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


def school_numbers(site: Site) -> list[str]:
    """Of the schools that use the site, as far as the view fetched them (only visible ones)."""
    return sorted(use.school.number for use in site.uses.all())
