"""The register: households, the people in them, who is tekun, and how far they care for themselves."""

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.base.models import Stamped, Versioned
from portal.base.privacy import EncryptedTextField
from services.recipients.circle_models import CirclePart, CirclePerson, CircleRelation, ObligorAbility
from services.recipients.door import HouseholdQuerySet, ThroughHousehold
from services.recipients.ending_models import EndingKind, EndingState, FileEnding
from services.recipients.extra_questions import answered
from services.recipients.file_models import (
    DeathNotice,
    DeathSource,
    FileChange,
    HandoverNote,
    HouseholdMove,
    HouseholdPause,
    HouseholdRisk,
    NumberRedirect,
    PauseReason,
    RiskKind,
)
from services.recipients.grants import HouseholdTeamGrant, HouseholdUserGrant
from services.recipients.sight import KinTie, SightCase, SightReport
from services.recipients.standing_models import (
    CategoryKind,
    DibaoClass,
    DisabilityType,
    PersonCategory,
    PersonRows,
    SupportMode,
)

__all__ = [
    "CategoryKind",
    "CirclePart",
    "CirclePerson",
    "CircleRelation",
    "DeathNotice",
    "DeathSource",
    "DibaoClass",
    "DisabilityType",
    "EndingKind",
    "EndingState",
    "FileChange",
    "FileEnding",
    "HandoverNote",
    "HouseholdMove",
    "HouseholdPause",
    "HouseholdRisk",
    "HouseholdTeamGrant",
    "HouseholdUserGrant",
    "KinTie",
    "NumberRedirect",
    "ObligorAbility",
    "PauseReason",
    "PersonCategory",
    "RiskKind",
    "SightCase",
    "SightReport",
    "SupportMode",
]


class HouseholdState(models.TextChoices):
    ACTIVE = "active", _("在册")
    PAUSED = "paused", _("暂停")
    CLOSED = "closed", _("已注销")


class PositionSource(models.TextChoices):
    PIN = "pin", _("在图上点的")
    TYPED = "typed", _("填的坐标")
    VILLAGE = "village", _("按村里大概位置")
    LOOKED_UP = "looked_up", _("按地址查的")


class Stairs(models.TextChoices):
    """Whether one has to climb to the door."""

    YES = "yes", _("要爬楼")
    NO = "no", _("不用爬楼（平房、一楼或有电梯）")


class Household(Stamped, Versioned):
    """One file per household (一户一档). `township` and `name_key` are copies kept by the actions."""

    no = models.CharField(max_length=20, unique=True)
    region = models.ForeignKey("partners.Region", on_delete=models.PROTECT, related_name="households")
    township = models.ForeignKey("partners.Region", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("户主姓名"), max_length=50)
    name_key = models.CharField(max_length=120)
    address = models.CharField(_("门牌地址"), max_length=120, blank=True)
    phone = EncryptedTextField(_("电话"), blank=True)
    lat = models.FloatField(null=True, blank=True)
    lng = models.FloatField(null=True, blank=True)
    accuracy_m = models.PositiveIntegerField(null=True, blank=True)
    position_source = models.CharField(max_length=10, choices=PositionSource.choices, blank=True)
    state = models.CharField(max_length=10, choices=HouseholdState.choices, default=HouseholdState.ACTIVE)
    door_note = models.CharField(_("上门提示"), max_length=200, blank=True)
    dialect = models.CharField(_("方言"), max_length=50, blank=True)
    # Empty is not known: never taken for a no.
    stairs = models.CharField(_("要不要爬楼"), max_length=3, choices=Stairs.choices, blank=True)
    self_care = models.CharField(max_length=14, default="not_assessed")
    objects = HouseholdQuerySet.as_manager()

    class Meta:
        permissions = [
            ("edit_household", "建档、改档案"),
            ("merge_household", "合并、拆分档案"),
            ("inspect_household", "抽查住户"),
        ]
        indexes = [
            models.Index(fields=["township", "name_key", "id"], name="household_town_name"),
            models.Index(
                fields=["township"],
                condition=Q(state__in=["paused", "closed"]),
                name="household_off_register",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="household_stairs_known",
                condition=Q(stairs__in=["", *Stairs.values]),
            ),
            models.CheckConstraint(
                name="household_position_whole",
                condition=Q(lat__isnull=True, lng__isnull=True)
                | Q(lat__gte=-90, lat__lte=90, lng__gte=-180, lng__lte=180),
            ),
        ]

    def __str__(self) -> str:
        return self.no


class Relation(models.TextChoices):
    SELF = "self", _("户主本人")
    SPOUSE = "spouse", _("配偶")
    CHILD = "child", _("子女")
    PARENT = "parent", _("父母")
    SIBLING = "sibling", _("兄弟姐妹")
    OTHER = "other", _("其他")


class HouseholdRows(ThroughHousehold):
    """Rows with a household of their own."""


class Person(Stamped, Versioned):
    """A member of a household. The ID number is encrypted and known by its blind index."""

    household = models.ForeignKey("services.Household", on_delete=models.PROTECT, related_name="persons")
    name = models.CharField(_("姓名"), max_length=50)
    name_key = models.CharField(max_length=120, blank=True)
    relation = models.CharField(
        _("与户主关系"), max_length=10, choices=Relation.choices, default=Relation.SELF
    )
    sex = models.CharField(_("性别"), max_length=1, choices=[("f", _("女")), ("m", _("男"))])
    birth_date = models.DateField(_("出生日期"))
    id_number = EncryptedTextField(_("身份证号"), blank=True)
    id_blind = models.CharField(max_length=64, null=True, blank=True, unique=True)
    health_notes = EncryptedTextField(_("健康情况"), blank=True)
    died_on = models.DateField(null=True, blank=True)
    objects = HouseholdRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="household_one_head",
                fields=["household"],
                condition=Q(relation="self", died_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class SelfCare(models.TextChoices):
    ABLE = "able", _("自理")
    PARTIAL = "partial", _("半失能")
    UNABLE = "unable", _("失能")
    NOT_ASSESSED = "not_assessed", _("没评估")


class CareRisk(models.TextChoices):
    """Why somebody must be looked in on every week; living alone at 80 or more is read from the register."""

    DEMENTIA = "dementia", _("失智")
    CRITICAL = "critical", _("危重病")
    OTHER = "other", _("其他高风险")


class Assessment(Stamped):
    """Six indicators on a day, and the class they give (民发〔2021〕43号). Never edited; a new one replaces it."""

    person = models.ForeignKey("services.Person", on_delete=models.PROTECT, related_name="assessments")
    form_version = models.PositiveSmallIntegerField(default=1)
    assessed_on = models.DateField(_("评估日期"))
    adl_eating = models.BooleanField(_("自主吃饭"), null=True)
    adl_dressing = models.BooleanField(_("自主穿衣"), null=True)
    adl_bed = models.BooleanField(_("自主上下床"), null=True)
    adl_toilet = models.BooleanField(_("自主如厕"), null=True)
    adl_walking = models.BooleanField(_("室内自主行走"), null=True)
    adl_bathing = models.BooleanField(_("自主洗澡"), null=True)
    self_care = models.CharField(max_length=14, choices=SelfCare.choices)
    risk = models.CharField(_("高风险"), max_length=10, choices=CareRisk.choices, blank=True)
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = EncryptedTextField(_("说明"), blank=True)
    extra = EncryptedTextField(_("另外的问题"), blank=True)
    objects = PersonRows.as_manager()

    class Meta:
        permissions = [
            ("assess_person", "评估自理能力"),
        ]
        ordering = ["-assessed_on", "-pk"]

    def __str__(self) -> str:
        return self.self_care

    def get_extra_display(self) -> str:
        """The further questions with their answers, a line each, for the person's own copy."""
        return "\n".join(f"{asked}：{said or '—'}" for asked, said in self.further_answers())

    def further_answers(self) -> list[tuple[str, str]]:
        """The further questions of the form it was made with, and the answers in words."""
        sheets = apps.get_model("services", "AssessmentSheet")
        rows = sheets.objects.filter(version=self.form_version).values_list("extra", flat=True).first()
        return answered(rows or [], self.extra)


class Unmasking(models.Model):
    """Somebody looked: opened the file (`field` is "file"), or looked behind the mask of one field.

    `because` is why they could at that moment (`source|role|cause`). Shown to the household's township,
    the bureau and the recipient.
    """

    household = models.ForeignKey("services.Household", on_delete=models.PROTECT, related_name="unmaskings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=20)
    ground = models.CharField(max_length=200, blank=True)
    because = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["household", "at"], name="look_household_at"),
            models.Index(fields=["user", "at"], name="look_user_at"),
        ]

    def __str__(self) -> str:
        return self.field
