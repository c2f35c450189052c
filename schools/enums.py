"""Choices of schools, rooms and works. Codes of school types: Schulform key of the NRW school register."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SchoolType(TextChoices):
    """Schulform, by the two-digit key of the register of schools in North Rhine-Westphalia."""

    PRIMARY = "02", _("primary school")
    LOWER_SECONDARY = "04", _("Hauptschule")
    SPECIAL_NEEDS = "08", _("special needs school")
    REALSCHULE = "10", _("Realschule")
    PRIMUS = "13", _("PRIMUS school")
    SECONDARY = "14", _("Sekundarschule")
    COMPREHENSIVE = "15", _("comprehensive school")
    COMMUNITY = "16", _("Gemeinschaftsschule")
    WALDORF = "17", _("Waldorf school")
    GYMNASIUM = "20", _("Gymnasium")
    ADULT_COLLEGE = "25", _("adult education college")
    VOCATIONAL = "30", _("vocational college")


#: Short forms in common use, the same in both languages.
TYPE_SHORT = {
    SchoolType.PRIMARY: "GS",
    SchoolType.LOWER_SECONDARY: "HS",
    SchoolType.SPECIAL_NEEDS: "FÖ",
    SchoolType.REALSCHULE: "RS",
    SchoolType.PRIMUS: "PS",
    SchoolType.SECONDARY: "SK",
    SchoolType.COMPREHENSIVE: "GE",
    SchoolType.COMMUNITY: "GM",
    SchoolType.WALDORF: "FW",
    SchoolType.GYMNASIUM: "GY",
    SchoolType.ADULT_COLLEGE: "WBK",
    SchoolType.VOCATIONAL: "BK",
}


class OperatingStatus(TextChoices):
    """Schulbetriebsschlüssel of the register."""

    CLOSING_THIS_YEAR = "0", _("closes this year")
    ACTIVE = "1", _("active")
    CLOSING_LATER = "2", _("closes later")
    OPENING = "3", _("opens on a date")
    DORMANT = "4", _("dormant")
    DELETED = "5", _("deleted")
    CLOSED = "9", _("closed")


#: Schools that a register import takes in; the others are left out by name.
RUNNING = (
    OperatingStatus.CLOSING_THIS_YEAR,
    OperatingStatus.ACTIVE,
    OperatingStatus.CLOSING_LATER,
    OperatingStatus.OPENING,
)


class RoomKind(TextChoices):
    CLASSROOM = "classroom", _("classroom")
    SPECIALIST = "specialist", _("specialist room")
    STAFF = "staff", _("staff room")
    ADMINISTRATION = "administration", _("administration")
    STORE = "store", _("store room")
    OTHER = "other", _("other room")


#: Rooms in which lessons are held: the basis of "per teaching room".
TEACHING_ROOMS = (RoomKind.CLASSROOM, RoomKind.SPECIALIST)


class Role(TextChoices):
    """Authority-wide roles first, then those bound to one school."""

    READER = "reader", _("reader")
    IT_STAFF = "it_staff", _("IT staff")
    MANAGER = "manager", _("manager")
    AUDITOR = "auditor", _("auditor")
    ADMINISTRATOR = "administrator", _("administrator")
    SCHOOL_READER = "school_reader", _("school reader")
    SCHOOL_REPORTER = "school_reporter", _("school reporter")
    SCHOOL_ADMIN = "school_admin", _("school admin")


SCHOOL_ROLES = (Role.SCHOOL_READER, Role.SCHOOL_REPORTER, Role.SCHOOL_ADMIN)
AUTHORITY_ROLES = (Role.READER, Role.IT_STAFF, Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR)


class MembershipSource(TextChoices):
    """Who keeps a membership: people here, or the groups of the directory at each sign-in."""

    MANUAL = "manual", _("given here")
    DIRECTORY = "directory", _("from the directory")


class TokenScope(TextChoices):
    READ = "read", _("read")
    WRITE = "write", _("read and write")


class Trade(TextChoices):
    """Gewerk."""

    FIBRE = "fibre", _("fibre")
    LAN = "lan", _("LAN cabling")
    WLAN = "wlan", _("WLAN")
    PRESENTATION = "presentation", _("presentation technology")
    ELECTRICAL = "electrical", _("electrical works")
    BUILDING = "building", _("building works")
