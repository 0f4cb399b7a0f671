"""What is asked of each kind of partner, and what was handed in for it."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partners.organisations.models import OrganisationKind
from partners.providers.models import ServiceCode
from portal.base.models import Stamped, Versioned
from portal.base.privacy import EncryptedTextField

OPEN_DAY = date(9999, 12, 31)


class PartyKind(models.TextChoices):
    """Of whom something is asked."""

    ORGANISATION = "organisation", _("机构")
    STATION = "station", _("社工站")
    VOLUNTEER = "volunteer", _("志愿者")
    WORKER = "worker", _("护理员")


class DemandSort(models.TextChoices):
    """How a requirement is met: by a paper, by a look of the office, by training, or by what is registered."""

    PAPER = "paper", _("证件材料")
    INSURANCE = "insurance", _("保险")
    CHECK = "check", _("由审核的人核对")
    TRAINING = "training", _("培训")
    REGISTER = "register", _("登记的内容")


class Validity(models.TextChoices):
    """How long what was handed in holds."""

    DATE = "date", _("到证件上写的日期")
    MONTHS = "months", _("从开具那天起若干个月")
    LASTING = "lasting", _("一直有效")


class Office(models.TextChoices):
    """Who decides on a paper, and up to whom it is shown."""

    TOWNSHIP = "township", _("乡镇")
    BUREAU = "bureau", _("县民政局")


class Requirement(Stamped, Versioned):
    """One thing that is asked, of whom, for which service, from which day. A change is a new row."""

    no = models.CharField(max_length=20, unique=True)
    party = models.CharField(_("对谁"), max_length=12, choices=PartyKind.choices)
    organisation_kind = models.CharField(
        _("单位类型"), max_length=24, choices=OrganisationKind.choices, blank=True
    )
    service = models.CharField(_("服务"), max_length=20, choices=ServiceCode.choices, blank=True)
    sort = models.CharField(_("怎么算达到"), max_length=12, choices=DemandSort.choices)
    code = models.SlugField(_("代码"), max_length=40)
    name_zh = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    how = models.CharField(_("怎么办"), max_length=200, blank=True)
    validity = models.CharField(_("多久有效"), max_length=8, choices=Validity.choices)
    months = models.PositiveSmallIntegerField(_("几个月"), null=True, blank=True)
    decided_by = models.CharField(_("由谁定"), max_length=8, choices=Office.choices)
    shown_to = models.CharField(_("给谁看"), max_length=8, choices=Office.choices)
    source = models.CharField(_("依据"), max_length=200)
    valid_from = models.DateField(_("从哪天起"))
    valid_to = models.DateField(default=OPEN_DAY)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        permissions = [("set_requirement", "定准入要求")]
        constraints = [
            models.CheckConstraint(
                name="requirement_ends_after_start", condition=Q(valid_from__lt=F("valid_to"))
            ),
            models.CheckConstraint(
                name="requirement_months_where_asked",
                condition=Q(validity="months", months__gt=0) | (~Q(validity="months") & Q(months=None)),
            ),
            models.CheckConstraint(
                name="requirement_kind_of_organisations",
                condition=Q(organisation_kind="") | Q(party="organisation"),
            ),
            models.UniqueConstraint(
                name="requirement_open_once",
                fields=["party", "organisation_kind", "service", "code"],
                condition=Q(valid_to=OPEN_DAY),
                violation_error_message=_("同样对象、服务和代码的要求已经有了，请改那一条"),
            ),
        ]

    def __str__(self) -> str:
        english = (get_language() or "").startswith("en")
        return self.name_en if english and self.name_en else self.name_zh


class PaperState(models.TextChoices):
    HANDED_IN = "handed_in", _("等审核")
    ACCEPTED = "accepted", _("已认可")
    REFUSED = "refused", _("没认可")


class Paper(Stamped, Versioned):
    """One paper, policy or check of a provider, a volunteer or a worker, with its dates and the answer to it.

    `person` is the human it is about; None where it is about a firm.
    """

    no = models.CharField(max_length=20, unique=True)
    provider = models.ForeignKey(
        "partners.Provider", null=True, blank=True, on_delete=models.PROTECT, related_name="papers"
    )
    volunteer = models.ForeignKey(
        "partners.Volunteer", null=True, blank=True, on_delete=models.PROTECT, related_name="papers"
    )
    membership = models.ForeignKey(
        "partners.Membership", null=True, blank=True, on_delete=models.PROTECT, related_name="papers"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    code = models.SlugField(max_length=40)
    number = EncryptedTextField(_("证件号"), blank=True, default="")
    issuer = models.CharField(_("发证单位"), max_length=80, blank=True)
    issued_on = models.DateField(_("开具日期"))
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    level = models.CharField(_("证书等级"), max_length=32, blank=True)
    document = models.ForeignKey(
        "portal.StoredDocument", null=True, blank=True, on_delete=models.PROTECT, related_name="papers"
    )
    state = models.CharField(max_length=12, choices=PaperState.choices, default=PaperState.HANDED_IN)
    reason = models.CharField(_("原因"), max_length=300, blank=True)
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    handed_in_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "due_on"], name="paper_state_due")]
        constraints = [
            models.CheckConstraint(
                name="paper_of_one_party",
                condition=Q(provider__isnull=False, volunteer=None, membership=None)
                | Q(provider=None, volunteer__isnull=False, membership=None)
                | Q(provider=None, volunteer=None, membership__isnull=False),
            ),
            models.CheckConstraint(
                name="paper_ends_after_issue",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("issued_on")),
            ),
            models.CheckConstraint(
                name="paper_decided_by_somebody",
                condition=Q(state="handed_in", decided_by=None)
                | (~Q(state="handed_in") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="paper_refused_with_reason", condition=~Q(state="refused") | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return self.no
