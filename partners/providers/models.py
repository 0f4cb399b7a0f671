"""The party that does the work: an agency, a station, a volunteer or an individual."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.base.models import Stamped, Versioned


class ServiceCode(models.TextChoices):
    """The four bought services of the county plan, item 19."""

    VISIT_CARE = "visit_care", _("访视照料")
    CLEANING = "cleaning", _("清洁卫生")
    MEDICAL_ESCORT = "medical_escort", _("送医陪护")
    PSYCH_SUPPORT = "psych_support", _("心理疏导")


class ProviderKind(models.TextChoices):
    AGENCY = "agency", _("社会工作服务机构")
    STATION = "station", _("乡镇社工站")
    VOLUNTEER = "volunteer", _("志愿者")
    INDIVIDUAL = "individual", _("个人")


class ProviderState(models.TextChoices):
    PENDING = "pending", _("待审核")
    LIVE = "live", _("有效")
    SUSPENDED = "suspended", _("已停用")
    ENDED = "ended", _("已退出")


class Provider(Stamped, Versioned):
    """Who can be asked. `team` carries the grants of its members; `capacity` counts households."""

    no = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12, choices=ProviderKind.choices)
    name = models.CharField(max_length=80)
    name_key = models.CharField(max_length=160, blank=True)
    state = models.CharField(max_length=12, choices=ProviderState.choices, default=ProviderState.PENDING)
    team = models.OneToOneField("auth.Group", on_delete=models.PROTECT, related_name="provider")
    home = models.ForeignKey(
        "partners.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lat = models.FloatField(null=True, blank=True)
    lng = models.FloatField(null=True, blank=True)
    capacity = models.PositiveIntegerField(default=10)
    qualified_until = models.DateField(null=True, blank=True)
    # For everybody to read: a landline or a service number, never somebody's own.
    office_phone = models.CharField(max_length=20, blank=True)

    class Meta:
        permissions = [
            ("manage_team", "管理本机构人员"),
            ("view_own_contract", "看本机构合同"),
        ]
        indexes = [models.Index(fields=["state", "kind"], name="provider_state_kind")]

    def __str__(self) -> str:
        return self.name


class ProviderService(models.Model):
    """A service the provider was approved for."""

    provider = models.ForeignKey("partners.Provider", on_delete=models.CASCADE, related_name="services")
    service = models.CharField(max_length=20, choices=ServiceCode.choices)

    class Meta:
        constraints = [models.UniqueConstraint(name="provider_service_once", fields=["provider", "service"])]

    def __str__(self) -> str:
        return self.service


class ProviderTownship(models.Model):
    """A township the provider works in."""

    provider = models.ForeignKey("partners.Provider", on_delete=models.CASCADE, related_name="townships")
    region = models.ForeignKey("partners.Region", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="provider_township_once", fields=["provider", "region"])]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.region_id}"


class ProviderSuspension(Stamped):
    """When a provider was stopped and why; judged by the time of a visit, not of its upload."""

    provider = models.ForeignKey("partners.Provider", on_delete=models.CASCADE, related_name="suspensions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=300)
    appeal = models.CharField(max_length=300, blank=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["provider", "valid_to"], name="suspension_until")]
        constraints = [
            models.CheckConstraint(
                name="suspension_ends_after_start", condition=Q(valid_from__lte=F("valid_to"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.valid_from:%Y-%m-%d}"
