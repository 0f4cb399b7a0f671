"""A registered organisation behind a provider."""

from django.db import models
from django.db.models import Q
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

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="organisation_uscc_settled_once", fields=["uscc"], condition=Q(uscc_settled=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name
