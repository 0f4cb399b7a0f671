"""What is settled about a person's care: the sheet of the assessment, the care agreement, the care plan."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partners.providers.models import ServiceCode
from portal.base.models import OPEN_END, Stamped, Versioned
from portal.base.privacy import EncryptedTextField
from services.recipients.door import ThroughHousehold
from services.recipients.models import PersonRows


class AssessmentSheet(Stamped):
    """One version of the assessment form: its questions in words, the rule's source, from which day it is used.

    The six indicators are the law's (民发〔2021〕43号) and fixed; a version changes how they are asked, and
    the number of unmet ones that still counts as partial. `extra` are further questions of the bureau, which never
    change the class (`services.recipients.extra_questions`). An assessment keeps the version it was made with.
    """

    version = models.PositiveSmallIntegerField(unique=True)
    title_zh = models.CharField(max_length=80)
    title_en = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=200)
    questions = models.JSONField(default=dict)
    extra = models.JSONField(default=list)
    partial_at_most = models.PositiveSmallIntegerField(default=3)
    valid_from = models.DateField()
    valid_to = models.DateField(default=OPEN_END.date())

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(name="sheet_ends_after_start", condition=Q(valid_from__lt=F("valid_to"))),
            models.CheckConstraint(
                name="sheet_partial_within_six", condition=Q(partial_at_most__gte=1, partial_at_most__lte=5)
            ),
        ]

    def __str__(self) -> str:
        return self.title_en if get_language() == "en" and self.title_en else self.title_zh


class AgreementState(models.TextChoices):
    DRAFT = "draft", _("草稿")
    TO_SIGN = "to_sign", _("待签字")
    LIVE = "live", _("生效")
    LAPSED = "lapsed", _("已到期")
    ENDED = "ended", _("已终止")


class CarerKind(models.TextChoices):
    PERSON = "person", _("个人")
    ORGANISATION = "organisation", _("单位")


class CarerTie(models.TextChoices):
    RELATIVE = "relative", _("亲属")
    NEIGHBOUR = "neighbour", _("邻居")
    VILLAGER = "villager", _("本村村民")
    VILLAGE = "village", _("村（居）委会")
    INSTITUTION = "institution", _("供养服务机构")
    AGENCY = "agency", _("社会组织、社工机构")
    OTHER = "other", _("其他")


class Signing(models.TextChoices):
    HAND = "hand", _("本人签字")
    FINGER = "finger", _("本人按手印")
    GUARDIAN = "guardian", _("监护人签字")


class CareAgreement(Stamped, Versioned):
    """The entrusted-care agreement (委托照料服务协议, 民发〔2019〕124号): township, carer and recipient, for a term.

    A person has one agreement in force at most. It keeps the carer as signed; a renewal is a new row.
    """

    no = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey("services.Person", on_delete=models.PROTECT, related_name="agreements")
    carer_kind = models.CharField(
        _("照料人是"), max_length=12, choices=CarerKind.choices, default=CarerKind.PERSON
    )
    carer_name = models.CharField(_("照料人"), max_length=80)
    carer_tie = models.CharField(_("和本人的关系"), max_length=12, choices=CarerTie.choices)
    carer_contact = models.CharField(_("单位负责人"), max_length=50, blank=True)
    carer_phone = EncryptedTextField(_("照料人电话"), blank=True)
    carer_address = models.CharField(_("照料人住址"), max_length=120, blank=True)
    content = models.CharField(_("照料内容"), max_length=300)
    frequency = models.CharField(_("多久照料一次"), max_length=40)
    monthly_fen = models.BigIntegerField(_("每月照料费"))
    starts_on = models.DateField(_("从哪天起"))
    ends_on = models.DateField(_("到哪天止"))
    state = models.CharField(max_length=10, choices=AgreementState.choices, default=AgreementState.DRAFT)
    signed_on = models.DateField(null=True, blank=True)
    signing = models.CharField(_("本人怎么签的"), max_length=10, choices=Signing.choices, blank=True)
    witness = models.CharField(_("见证人"), max_length=50, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=200, blank=True)
    renews = models.ForeignKey(
        "services.CareAgreement", null=True, blank=True, on_delete=models.PROTECT, related_name="renewals"
    )
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    objects = PersonRows.as_manager()

    class Meta:
        permissions = [
            ("manage_agreement", "订照料协议"),
        ]
        indexes = [models.Index(fields=["state", "ends_on"], name="agreement_state_end")]
        constraints = [
            models.UniqueConstraint(
                name="agreement_one_live_a_person", fields=["person"], condition=Q(state="live")
            ),
            models.UniqueConstraint(
                name="agreement_one_open_a_person",
                fields=["person"],
                condition=Q(state__in=["draft", "to_sign"]),
            ),
            models.CheckConstraint(
                name="agreement_ends_after_start", condition=Q(starts_on__lt=F("ends_on"))
            ),
            models.CheckConstraint(name="agreement_pays_no_debt", condition=Q(monthly_fen__gte=0)),
            models.CheckConstraint(
                name="agreement_live_is_signed",
                condition=~Q(state__in=["live", "lapsed"]) | Q(signed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="agreement_end_has_day",
                condition=~Q(state="ended") | Q(ended_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.no


class PlanState(models.TextChoices):
    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待批准")
    APPROVED = "approved", _("已批准")
    REPLACED = "replaced", _("已换新")
    ENDED = "ended", _("已停")


class CarePlan(Stamped, Versioned):
    """What care a person is to get: lines of service, frequency and minutes, approved by a second person."""

    no = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey("services.Person", on_delete=models.PROTECT, related_name="plans")
    assessment = models.ForeignKey(
        "services.Assessment", null=True, blank=True, on_delete=models.PROTECT, related_name="plans"
    )
    goal = EncryptedTextField(_("照料目标"), blank=True)
    state = models.CharField(max_length=10, choices=PlanState.choices, default=PlanState.DRAFT)
    starts_on = models.DateField(_("从哪天起"))
    return_reason = models.CharField(max_length=200, blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    objects = PersonRows.as_manager()

    class Meta:
        permissions = [
            ("draft_plan", "做照料计划"),
            ("approve_plan", "批准照料计划"),
        ]
        indexes = [models.Index(fields=["state", "submitted_at"], name="plan_state_submitted")]
        constraints = [
            models.UniqueConstraint(
                name="plan_one_approved_a_person", fields=["person"], condition=Q(state="approved")
            ),
            models.UniqueConstraint(
                name="plan_one_open_a_person",
                fields=["person"],
                condition=Q(state__in=["draft", "submitted"]),
            ),
            models.CheckConstraint(
                name="plan_approved_by_another",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("drafted_by")),
            ),
            models.CheckConstraint(
                name="plan_approved_by_somebody",
                condition=~Q(state="approved") | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.no


class PlanLineRows(ThroughHousehold):
    """Lines reach their household through the plan."""

    household_path = "plan__person__household"


class CarePlanLine(Stamped):
    """One service of a plan: how often a month, how many minutes each time."""

    plan = models.ForeignKey("services.CarePlan", on_delete=models.CASCADE, related_name="lines")
    service = models.CharField(_("服务"), max_length=20, choices=ServiceCode.choices)
    visits_per_month = models.PositiveSmallIntegerField(_("每月几次"))
    minutes = models.PositiveSmallIntegerField(_("每次多少分钟"))
    note = models.CharField(_("要求"), max_length=200, blank=True)
    objects = PlanLineRows.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="plan_line_once", fields=["plan", "service"]),
            models.CheckConstraint(
                name="plan_line_frequency", condition=Q(visits_per_month__gte=1, visits_per_month__lte=31)
            ),
            models.CheckConstraint(name="plan_line_minutes", condition=Q(minutes__gte=10, minutes__lte=1440)),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.service}"
