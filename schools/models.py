"""School 1-n site 1-n building 1-n room; a site may serve several schools."""

from datetime import date, datetime

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.models import AuditedFact
from common.dated import timeline_constraints
from schools import querysets
from schools.enums import (
    SCHOOL_ROLES,
    TYPE_SHORT,
    MembershipSource,
    OperatingStatus,
    Role,
    RoomKind,
    SchoolType,
    TokenScope,
)


class School(models.Model):
    """One school, keyed by its Schulnummer: six digits, kept as text."""

    number = models.CharField(
        _("school number"),
        max_length=6,
        validators=[RegexValidator(r"^\d{6}$", _("A school number has six digits."))],
    )
    name = models.CharField(_("name"), max_length=200)
    name_addition = models.CharField(_("name addition"), max_length=300, blank=True)
    short_name = models.CharField(_("short name"), max_length=120, blank=True)
    district = models.CharField(_("city district"), max_length=80, blank=True)
    school_type = models.CharField(_("school type"), max_length=2, choices=SchoolType.choices)
    authority_number = models.CharField(_("authority number"), max_length=10, blank=True)
    operating_status = models.CharField(
        _("operating status"), max_length=1, choices=OperatingStatus.choices, default=OperatingStatus.ACTIVE
    )
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    sort_key = models.CharField(max_length=200, editable=False, default="")

    objects = querysets.SchoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        ordering = ["sort_key", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                name="schools_school_number",
                violation_error_message=_("There is already a school with this number."),
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True)
                | Q(opened_on__isnull=True)
                | Q(closed_on__gt=models.F("opened_on")),
                name="schools_school_period",
                violation_error_message=_("A school closes after it has opened."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"

    @property
    def type_short(self) -> str:
        return TYPE_SHORT[SchoolType(self.school_type)]


class SchoolAlias(models.Model):
    """Another name under which a school appears in files; ``key`` is the normalised text."""

    school = models.ForeignKey(School, models.CASCADE, related_name="aliases", verbose_name=_("school"))
    text = models.CharField(_("alias"), max_length=200)
    key = models.CharField(max_length=200, editable=False)

    objects = querysets.AliasQuerySet.as_manager()

    class Meta:
        verbose_name = _("school alias")
        verbose_name_plural = _("school aliases")
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="schools_alias_key",
                violation_error_message=_("This alias already stands for a school."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.text} → {self.school}"


class Site(models.Model):
    """A place with an address. Coordinates: ETRS89 / UTM zone 32N (EPSG:25832), metres."""

    name = models.CharField(_("name"), max_length=200)
    street = models.CharField(_("street"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    town = models.CharField(_("town"), max_length=100, blank=True)
    easting = models.IntegerField(_("easting"), null=True, blank=True)
    northing = models.IntegerField(_("northing"), null=True, blank=True)
    sort_key = models.CharField(max_length=200, editable=False, default="")
    schools = models.ManyToManyField(School, through="SiteUse", related_name="sites", verbose_name=_("schools"))

    objects = querysets.SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["sort_key", "pk"]

    def __str__(self) -> str:
        return self.name


class SiteUse(models.Model):
    """Which school uses which site; each school has at most one main site."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="uses", verbose_name=_("site"))
    school = models.ForeignKey(School, models.CASCADE, related_name="site_uses", verbose_name=_("school"))
    is_main = models.BooleanField(_("main site"), default=False)

    objects = querysets.SiteUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of a site")
        verbose_name_plural = _("uses of sites")
        constraints = [
            models.UniqueConstraint(
                fields=["site", "school"],
                name="schools_siteuse_once",
                violation_error_message=_("The school already uses this site."),
            ),
            models.UniqueConstraint(
                fields=["school"],
                condition=Q(is_main=True),
                name="schools_siteuse_one_main",
                violation_error_message=_("The school already has a main site."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school} @ {self.site}"


class Building(models.Model):
    site = models.ForeignKey(Site, models.PROTECT, related_name="buildings", verbose_name=_("site"))
    name = models.CharField(_("name"), max_length=100)

    objects = querysets.BuildingQuerySet.as_manager()

    class Meta:
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "name"],
                name="schools_building_name",
                violation_error_message=_("The site already has a building of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Room(models.Model):
    """A room belongs to a building; its use belongs to a school. ``name``: the number on the door."""

    building = models.ForeignKey(Building, models.PROTECT, related_name="rooms", verbose_name=_("building"))
    school = models.ForeignKey(School, models.PROTECT, related_name="rooms", verbose_name=_("school"))
    name = models.CharField(_("room"), max_length=60)
    kind = models.CharField(_("kind"), max_length=20, choices=RoomKind.choices, default=RoomKind.CLASSROOM)

    objects = querysets.RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["building__name", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["building", "name"],
                name="schools_room_name",
                violation_error_message=_("The building already has a room of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Headcount(AuditedFact):
    """Pupils, teachers and classes of a school; ``valid_from`` is the day of the school statistics."""

    school = models.ForeignKey(School, models.PROTECT, related_name="headcounts", verbose_name=_("school"))
    pupils = models.PositiveIntegerField(_("pupils"), null=True, blank=True)
    teachers = models.PositiveIntegerField(_("teachers"), null=True, blank=True)
    classes = models.PositiveIntegerField(_("classes"), null=True, blank=True)

    objects = querysets.HeadcountQuerySet.as_manager()

    class Meta:
        verbose_name = _("headcount")
        verbose_name_plural = _("headcounts")
        constraints = [
            *timeline_constraints("schools_headcount", "school"),
            models.CheckConstraint(
                condition=Q(pupils__isnull=False) | Q(teachers__isnull=False) | Q(classes__isnull=False),
                name="schools_headcount_not_empty",
                violation_error_message=_("A headcount names pupils, teachers or classes."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school} {self.valid_from}"


class Membership(models.Model):
    """A role of a user: for the whole authority, or for one school. ``until`` is exclusive."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    school = models.ForeignKey(
        School, models.CASCADE, null=True, blank=True, related_name="memberships", verbose_name=_("school")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    until = models.DateField(_("until"), null=True, blank=True)
    source = models.CharField(
        _("source"), max_length=10, choices=MembershipSource.choices, default=MembershipSource.MANUAL
    )

    objects = querysets.MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "school", "role"],
                name="schools_membership_once",
                violation_error_message=_("The user already has this role there."),
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(school__isnull=True),
                name="schools_membership_once_authority",
                violation_error_message=_("The user already has this role."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=SCHOOL_ROLES, school__isnull=False)
                | (~Q(role__in=SCHOOL_ROLES) & Q(school__isnull=True)),
                name="schools_membership_scope",
                violation_error_message=_("School roles need a school, the others must not have one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"

    def is_valid_on(self, day: date) -> bool:
        return self.until is None or self.until > day


class Invitation(models.Model):
    """An open door for one person: who has the link chooses a password and gets the role. Only its digest is stored."""

    email = models.EmailField(_("email address"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    school = models.ForeignKey(
        School, models.CASCADE, null=True, blank=True, related_name="invitations", verbose_name=_("school")
    )
    until = models.DateField(_("role until"), null=True, blank=True)
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("invited by")
    )
    expires_at = models.DateTimeField(_("expires at"))
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("accepted by")
    )

    objects = querysets.InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=SCHOOL_ROLES, school__isnull=False)
                | (~Q(role__in=SCHOOL_ROLES) & Q(school__isnull=True)),
                name="schools_invitation_scope",
                violation_error_message=_("School roles need a school, the others must not have one."),
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")),
                name="schools_invitation_ends_later",
                violation_error_message=_("An invitation ends after it began."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.get_role_display()}"


class ApiToken(models.Model):
    """A named token. Only its digest is stored; the token itself is shown once.

    It has the rights of its user, less what ``scope`` and ``school`` take away (``schools.access.Limit``).
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens", verbose_name=_("user")
    )
    name = models.CharField(_("name"), max_length=100)
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    scope = models.CharField(_("scope"), max_length=10, choices=TokenScope.choices, default=TokenScope.WRITE)
    school = models.ForeignKey(
        School, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("only for the school")
    )
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)

    objects = querysets.TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.user}: {self.name}"

    def is_valid(self, now: datetime) -> bool:
        return bool(self.user.is_active) and (self.expires_at is None or self.expires_at > now)
