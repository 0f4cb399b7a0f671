"""Re-verification: how often a class is looked at again, reports of a change, and what was decided in writing."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.base.models import OPEN_END, Stamped, Versioned
from portal.base.privacy import EncryptedTextField
from services.recipients.models import HouseholdRows


class ReverifyClass(models.TextChoices):
    TEKUN = "tekun", _("特困供养")
    DIBAO_A = "dibao_a", _("低保 A 类")
    DIBAO_B = "dibao_b", _("低保 B 类")
    DIBAO_C = "dibao_c", _("低保 C 类")


def class_of(kind: str, dibao_class: str) -> str:
    """The class of a category that is verified again; empty for the others."""
    if kind == "dibao":
        return f"dibao_{dibao_class.lower()}"
    return "tekun" if kind == "tekun" else ""


class ReverifyRule(Stamped):
    """From which day a class is verified again after how many months, after which paper."""

    code = models.CharField(_("哪一类"), max_length=10, choices=ReverifyClass.choices)
    months = models.PositiveSmallIntegerField(_("几个月一次"))
    source = models.CharField(_("依据"), max_length=200)
    valid_from = models.DateField(_("从哪天起"))
    valid_to = models.DateField(default=OPEN_END.date())
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(name="reverify_rule_once_a_day", fields=["code", "valid_from"]),
            models.UniqueConstraint(
                name="reverify_rule_open_once", fields=["code"], condition=Q(valid_to=OPEN_END.date())
            ),
            models.CheckConstraint(
                name="reverify_rule_ends_after_start", condition=Q(valid_from__lt=F("valid_to"))
            ),
            models.CheckConstraint(name="reverify_rule_months", condition=Q(months__gte=1, months__lte=36)),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.months}"


class ReviewCause(models.TextChoices):
    CHANGE = "change", _("有变化")
    PERIODIC = "periodic", _("定期核查")


class SaidBy(models.TextChoices):
    RECIPIENT = "recipient", _("本人或家里人")
    CARER = "carer", _("照料人")
    WORKER = "worker", _("护理员、志愿者")
    VILLAGE = "village", _("村（居）委会")
    INSTITUTION = "institution", _("供养机构")
    OFFICE = "office", _("乡镇、县里")


class ChangeKind(models.TextChoices):
    ABILITY = "ability", _("自理能力变了")
    INCOME = "income", _("收入、财产变了")
    FAMILY = "family", _("家里人变了")
    HOUSING = "housing", _("住处变了")
    CARER = "carer", _("照料人变了或没来")
    WISH = "wish", _("想换供养方式")
    OTHER = "other", _("其他变化")


class ReviewState(models.TextChoices):
    RECEIVED = "received", _("待核查")
    PROPOSED = "proposed", _("待决定")
    DECIDED = "decided", _("已决定")
    WITHDRAWN = "withdrawn", _("已撤销")


class Outcome(models.TextChoices):
    KEEP = "keep", _("不变")
    INCREASE = "increase", _("增发")
    REDUCE = "reduce", _("减发")
    STOP = "stop", _("停发")
    CONVERT = "convert", _("转换")


class ConvertTo(models.TextChoices):
    DISPERSED = "dispersed", _("分散供养")
    INSTITUTIONAL = "institutional", _("集中供养")
    DIBAO = "dibao", _("最低生活保障")
    CHILD = "child", _("孤儿、事实无人抚养儿童保障")
    OTHER = "other", _("其他救助")


class Review(Stamped, Versioned):
    """A household's entitlement is looked at again, because it is time or because somebody reported a change.

    The township verifies and proposes, another person decides in writing with the reason (暂行办法第十三条).
    """

    no = models.CharField(max_length=20, unique=True)
    household = models.ForeignKey("services.Household", on_delete=models.PROTECT, related_name="reviews")
    person = models.ForeignKey(
        "services.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="reviews"
    )
    code = models.CharField(max_length=10, choices=ReverifyClass.choices, default=ReverifyClass.TEKUN)
    cause = models.CharField(max_length=10, choices=ReviewCause.choices)
    said_by = models.CharField(_("谁说的"), max_length=12, choices=SaidBy.choices)
    kind = models.CharField(_("什么变了"), max_length=10, choices=ChangeKind.choices, blank=True)
    words = EncryptedTextField(_("说明情况"), blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ReviewState.choices, default=ReviewState.RECEIVED)
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome.choices, blank=True)
    reason = EncryptedTextField(_("理由"), blank=True)
    convert_to = models.CharField(_("转为"), max_length=14, choices=ConvertTo.choices, blank=True)
    class_before = models.CharField(max_length=14, blank=True)
    class_after = models.CharField(max_length=14, blank=True)
    before_fen = models.BigIntegerField(_("原来每月"), null=True, blank=True)
    after_fen = models.BigIntegerField(_("以后每月"), null=True, blank=True)
    effective_on = models.DateField(_("从哪天起"), null=True, blank=True)
    return_reason = models.CharField(max_length=200, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    objects = HouseholdRows.as_manager()

    class Meta:
        permissions = [
            ("report_change", "报变化"),
            ("propose_review", "核查、提出结果"),
            ("decide_review", "决定核查结果"),
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="review_state_due"),
            models.Index(fields=["person", "decided_on"], name="review_person_decided"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="review_periodic_open_once",
                fields=["person", "code"],
                condition=Q(cause="periodic", state__in=["received", "proposed"]),
            ),
            models.CheckConstraint(
                name="review_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="review_decision_whole",
                condition=~Q(state="decided")
                | (
                    Q(decided_by__isnull=False, decided_on__isnull=False, effective_on__isnull=False)
                    & ~Q(outcome="")
                ),
            ),
            models.CheckConstraint(
                name="review_pays_no_debt",
                condition=(Q(before_fen__isnull=True) | Q(before_fen__gte=0))
                & (Q(after_fen__isnull=True) | Q(after_fen__gte=0)),
            ),
        ]

    def __str__(self) -> str:
        return self.no
