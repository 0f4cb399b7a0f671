"""The four-level network: regions, the posts people hold there, and the departments."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.base.models import OPEN_END, Stamped
from portal.permissions.roles import ROLES


class RegionLevel(models.TextChoices):
    COUNTY = "county", _("县")
    TOWNSHIP = "township", _("乡镇")
    VILLAGE = "village", _("村（社区）")
    GROUP = "group", _("村民小组")


class Region(models.Model):
    """A place of the network. `path` is four digits a level, so a subtree is one half-open range."""

    code = models.CharField(max_length=20, unique=True)
    path = models.CharField(max_length=20, unique=True)
    level = models.CharField(max_length=10, choices=RegionLevel.choices)
    parent = models.ForeignKey(
        "partners.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    name = models.CharField(max_length=50)
    name_en = models.CharField(max_length=80, blank=True)
    name_key = models.CharField(max_length=120, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lng = models.FloatField(null=True, blank=True)
    office_phone = models.CharField(max_length=20, blank=True)
    office_address = models.CharField(max_length=120, blank=True)
    invented = models.BooleanField(default=False)
    valid_from = models.DateField(default=timezone.localdate)
    valid_to = models.DateField(default=OPEN_END.date())
    successor = models.ForeignKey(
        "partners.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(name="region_ends_after_start", condition=Q(valid_from__lt=F("valid_to"))),
        ]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name


class DepartmentKind(models.TextChoices):
    GOVERNMENT = "government", _("政府部门")
    COURT = "court", _("法院")
    ENTERPRISE = "enterprise", _("企业")
    INSTITUTION = "institution", _("事业单位")
    MASS = "mass", _("群团组织")
    PARTY = "party", _("纪检监察机关")
    COLLECTIVE = "collective", _("统称")


class Department(models.Model):
    """A county unit that a policy makes responsible; two rows are collectives, not units."""

    code = models.SlugField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=50, unique=True)
    name_en = models.CharField(max_length=100)
    kind = models.CharField(max_length=16, choices=DepartmentKind.choices)
    phone = models.CharField(max_length=20, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name_zh


class Post(Stamped):
    """A person holds a role at a place (or for a department there), from then until then."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=32)
    region = models.ForeignKey("partners.Region", on_delete=models.PROTECT, related_name="posts")
    department = models.ForeignKey(
        "partners.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="posts"
    )
    on_duty = models.BooleanField(default=False)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(default=OPEN_END)
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Who has the telephone number that was invited; until they say yes an empty account stands for them.
    meant_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        permissions = [
            ("appoint_person", "任命人员"),
            ("invite_person", "邀请人员"),
        ]
        indexes = [models.Index(fields=["user", "valid_to"], name="post_user_until")]
        constraints = [
            models.CheckConstraint(name="post_ends_after_start", condition=Q(valid_from__lte=F("valid_to"))),
            models.UniqueConstraint(
                name="post_held_once",
                fields=["user", "role", "region"],
                condition=Q(valid_to=OPEN_END),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.region_id}"

    @property
    def role_label(self) -> str:
        """The role in words."""
        return str(ROLES[self.role].label)


class TargetKind(models.TextChoices):
    """What the county plan counts; the first three are roles of posts."""

    CADRE = "township_cadre", _("乡镇民政干部")
    OFFICER = "livelihood_officer", _("民生员")
    LEADER = "watch_home_leader", _("守望之家负责人")
    SOCIAL_WORKER = "social_worker", _("社工站社工")


class StaffingTarget(models.Model):
    """A figure of the plan from a day on; the newest that has begun counts. What it means depends on the kind:

    people for one cadre; officers for a village; leaders for a watch home; social workers for a township.
    `name_public` says whether the names of those who hold such posts may stand on public pages.
    """

    kind = models.CharField(max_length=20, choices=TargetKind.choices)
    figure = models.PositiveIntegerField()
    name_public = models.BooleanField(default=False)
    source = models.CharField(max_length=200)
    valid_from = models.DateField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["kind", "-valid_from"]
        constraints = [
            models.UniqueConstraint(name="target_once_a_day", fields=["kind", "valid_from"]),
            models.CheckConstraint(name="target_above_nothing", condition=Q(figure__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.valid_from}"


class Population(models.Model):
    """How many people live at a place, by a count of a day; the newest counts."""

    region = models.ForeignKey("partners.Region", on_delete=models.CASCADE, related_name="populations")
    people = models.PositiveIntegerField()
    counted_on = models.DateField()
    source = models.CharField(max_length=200)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["region", "-counted_on"]
        constraints = [
            models.UniqueConstraint(name="population_once_a_day", fields=["region", "counted_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.counted_on}"


class WatchHome(Stamped):
    """A 守望之家: the neighbours' watch point of a villager group, with one person in charge (a post there)."""

    region = models.ForeignKey("partners.Region", on_delete=models.PROTECT, related_name="watch_homes")
    name = models.CharField(max_length=50)
    opened_on = models.DateField(default=timezone.localdate)
    closed_on = models.DateField(default=OPEN_END.date())
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["region__path", "pk"]
        constraints = [
            models.CheckConstraint(
                name="home_closes_after_opening", condition=Q(opened_on__lte=F("closed_on"))
            ),
            models.UniqueConstraint(
                name="home_one_a_group", fields=["region"], condition=Q(closed_on=OPEN_END.date())
            ),
        ]

    def __str__(self) -> str:
        return self.name
