"""Bought care: contracts with lots, prices and a budget that is drawn to the fen."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partners.providers.models import ServiceCode
from portal.base.models import Stamped, Versioned


class ChecklistItem(models.Model):
    """One line of a service's checklist, such as VC-03 饮食."""

    service = models.CharField(max_length=20, choices=ServiceCode.choices)
    code = models.CharField(max_length=8, unique=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80)
    hint_zh = models.CharField(max_length=120, blank=True)
    hint_en = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["service", "position"]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"


class ContractState(models.TextChoices):
    DRAFT = "draft", _("草稿")
    ACTIVE = "active", _("履行中")
    SUSPENDED = "suspended", _("暂停")
    TERMINATED = "terminated", _("已终止")


class Contract(Stamped, Versioned):
    """The bureau buys services from a provider. `drawn_fen` never exceeds `budget_fen`, by constraint."""

    no = models.CharField(max_length=20, unique=True)
    provider = models.ForeignKey("partners.Provider", on_delete=models.PROTECT, related_name="contracts")
    title = models.CharField(_("合同名称"), max_length=80)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))
    multi_year_justification = models.CharField(_("超过 12 个月的理由"), max_length=300, blank=True)
    budget_fen = models.BigIntegerField(_("预算"))
    drawn_fen = models.BigIntegerField(default=0)
    state = models.CharField(max_length=12, choices=ContractState.choices, default=ContractState.DRAFT)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        permissions = [
            ("manage_contract", "管理合同"),
        ]
        constraints = [
            models.CheckConstraint(
                name="contract_drawn_within_budget",
                condition=Q(drawn_fen__gte=0) & Q(drawn_fen__lte=F("budget_fen")),
            ),
            models.CheckConstraint(name="contract_ends_after_start", condition=Q(starts_on__lt=F("ends_on"))),
        ]

    def __str__(self) -> str:
        return self.no


class ContractLot(models.Model):
    """One service in one township, at a price a visit in fen."""

    contract = models.ForeignKey("services.Contract", on_delete=models.CASCADE, related_name="lots")
    service = models.CharField(max_length=20, choices=ServiceCode.choices)
    township = models.ForeignKey("partners.Region", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="lot_once", fields=["contract", "service", "township"]),
        ]
        indexes = [models.Index(fields=["service", "township"], name="lot_service_town")]

    def __str__(self) -> str:
        return f"{self.service} {self.township_id}"


class ContractPrice(models.Model):
    """What one visit of a service costs from a day on (half-open), in fen."""

    contract = models.ForeignKey("services.Contract", on_delete=models.CASCADE, related_name="prices")
    service = models.CharField(max_length=20, choices=ServiceCode.choices)
    unit_fen = models.BigIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="price_once_a_day", fields=["contract", "service", "valid_from"]),
            models.CheckConstraint(name="price_positive", condition=Q(unit_fen__gte=0)),
            models.CheckConstraint(name="price_ends_after_start", condition=Q(valid_from__lt=F("valid_to"))),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.unit_fen}"


class DrawDown(Stamped):
    """One line drawn from a contract's budget; `reference` makes it happen once."""

    contract = models.ForeignKey("services.Contract", on_delete=models.PROTECT, related_name="drawdowns")
    amount_fen = models.BigIntegerField()
    unit_fen = models.BigIntegerField()
    reference = models.CharField(max_length=64, unique=True)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [models.CheckConstraint(name="drawdown_positive", condition=Q(amount_fen__gte=0))]

    def __str__(self) -> str:
        return self.reference
