"""A registered organisation behind a provider."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.base.models import Stamped, Versioned
from portal.base.privacy import EncryptedTextField


class OrganisationKind(models.TextChoices):
    """Who may contract: 财政部令第102号, article 6."""

    SOCIAL_SERVICE = "social_service_org", _("社会服务机构（民办非企业单位）")
    ASSOCIATION = "association", _("社会团体")
    FOUNDATION = "foundation", _("基金会")
    ENTERPRISE = "enterprise", _("企业")
    INSTITUTION = "public_institution", _("公益二类或经营类事业单位")
    COLLECTIVE = "rural_collective", _("农村集体经济组织")
    COMMITTEE = "village_committee", _("村（居）民委员会")


class Rating(models.TextChoices):
    """The grade of a social organisation: 民政部令第39号."""

    A1 = "1A", "1A"
    A2 = "2A", "2A"
    A3 = "3A", "3A"
    A4 = "4A", "4A"
    A5 = "5A", "5A"


class ReportResult(models.TextChoices):
    """How the last annual report or inspection ended."""

    PASSED = "passed", _("合格")
    BASICALLY = "basically", _("基本合格")
    FAILED = "failed", _("不合格")


class CreditList(models.TextChoices):
    """What the look into the public credit lists found."""

    CLEAN = "clean", _("都没有")
    ABNORMAL = "abnormal", _("在活动（经营）异常名录里")
    SERIOUS = "serious", _("在严重违法失信名单里")


class Organisation(Stamped, Versioned):
    """What an organisation says of itself when it registers, and what was checked."""

    no = models.CharField(max_length=20, unique=True)
    provider = models.OneToOneField(
        "partners.Provider", on_delete=models.PROTECT, related_name="organisation"
    )
    kind = models.CharField(_("单位类型"), max_length=24, choices=OrganisationKind.choices)
    name = models.CharField(_("单位全称"), max_length=80)
    # Anybody may claim a code; it becomes one organisation's own when that one is approved. A unique
    # column here would tell an outsider which codes are registered.
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, db_index=True)
    uscc_settled = models.BooleanField(default=False)
    uscc_checksum_ok = models.BooleanField(default=True)
    uscc_override_reason = models.CharField(max_length=200, blank=True)
    registrar = models.CharField(_("登记机关"), max_length=80)
    registered_until = models.DateField(_("登记证书有效期至"))
    legal_representative = models.CharField(_("法定代表人"), max_length=50)
    contact_name = models.CharField(_("联系人"), max_length=50)
    contact_phone = EncryptedTextField(_("联系电话"))
    address = models.CharField(_("办公地址"), max_length=120)
    introduction = models.TextField(_("简单介绍"), blank=True)
    supervisor = models.CharField(_("业务主管单位"), max_length=80, blank=True)
    rating = models.CharField(_("评估等级"), max_length=2, choices=Rating.choices, blank=True)
    rating_from = models.DateField(_("评定日期"), null=True, blank=True)
    report_year = models.PositiveSmallIntegerField(_("最近年报的年度"), null=True, blank=True)
    report_result = models.CharField(
        _("年报（年检）结果"), max_length=12, choices=ReportResult.choices, blank=True
    )
    credit = models.CharField(_("信用名单"), max_length=12, choices=CreditList.choices, blank=True)
    credit_checked_on = models.DateField(_("哪天查的"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="organisation_uscc_settled_once", fields=["uscc"], condition=Q(uscc_settled=True)
            ),
            models.CheckConstraint(
                name="organisation_rating_with_its_day",
                condition=Q(rating="", rating_from__isnull=True)
                | (~Q(rating="") & Q(rating_from__isnull=False)),
            ),
            models.CheckConstraint(
                name="organisation_credit_with_its_day",
                condition=Q(credit="", credit_checked_on__isnull=True)
                | (~Q(credit="") & Q(credit_checked_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BankState(models.TextChoices):
    ASKED = "asked", _("等第二个人核对")
    CONFIRMED = "confirmed", _("在用")
    REFUSED = "refused", _("没认可")
    REPLACED = "replaced", _("已换掉")


class BankAccount(Stamped, Versioned):
    """Where an organisation is paid. One person states it, another compares it with the paper before it counts."""

    no = models.CharField(max_length=20, unique=True)
    organisation = models.ForeignKey(
        "partners.Organisation", on_delete=models.PROTECT, related_name="bank_accounts"
    )
    holder = models.CharField(_("户名"), max_length=80)
    bank = models.CharField(_("开户银行"), max_length=80)
    account = EncryptedTextField(_("账号"))
    state = models.CharField(max_length=12, choices=BankState.choices, default=BankState.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="bank_by_two_people", condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by"))
            ),
            models.CheckConstraint(
                name="bank_counts_once_decided",
                condition=~Q(state="confirmed") | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="bank_one_in_use", fields=["organisation"], condition=Q(state="confirmed")
            ),
            models.UniqueConstraint(
                name="bank_one_asked", fields=["organisation"], condition=Q(state="asked")
            ),
        ]

    def __str__(self) -> str:
        return self.no
