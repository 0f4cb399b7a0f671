"""Who stands around a household: carers, statutory obligors, guardians and those to call."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.base.models import Stamped, Versioned
from portal.base.privacy import EncryptedTextField
from services.recipients.door import ThroughHousehold
from services.recipients.standing_models import FOREVER


class CirclePart(models.TextChoices):
    CARER = "carer", _("照料人")
    OBLIGOR = "obligor", _("法定义务人")
    GUARDIAN = "guardian", _("监护人")
    CONTACT = "contact", _("联系人")


class CircleRelation(models.TextChoices):
    SPOUSE = "spouse", _("配偶")
    CHILD = "child", _("子女")
    PARENT = "parent", _("父母")
    SIBLING = "sibling", _("兄弟姐妹")
    GRANDCHILD = "grandchild", _("孙辈")
    RELATIVE = "relative", _("其他亲属")
    NEIGHBOUR = "neighbour", _("邻居")
    VILLAGER = "villager", _("同村人")
    VILLAGE = "village", _("村（居）委会")
    ORGANISATION = "organisation", _("机构")
    OTHER = "other", _("其他")


class ObligorAbility(models.TextChoices):
    ABLE = "able", _("能履行")
    TEKUN = "tekun", _("本人是特困人员")
    OLD_DIBAO = "old_dibao", _("60 岁以上，享受低保")
    OLD_POOR = "old_poor", _("70 岁以上，收入低")
    DISABLED = "disabled", _("重度残疾，收入低")
    INCAPABLE = "incapable", _("无民事行为能力、失踪或服刑")
    OTHER = "other", _("省里规定的其他情形")


class CirclePerson(Stamped, Versioned):
    """Somebody around a household, for one of its people or for all; dated, never deleted."""

    household = models.ForeignKey("services.Household", on_delete=models.PROTECT, related_name="circle")
    person = models.ForeignKey(
        "services.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="circle"
    )
    part = models.CharField(_("是什么人"), max_length=10, choices=CirclePart.choices)
    name = models.CharField(_("姓名或名称"), max_length=80)
    relation = models.CharField(_("与本人关系"), max_length=14, choices=CircleRelation.choices)
    sex = models.CharField(_("性别"), max_length=1, choices=[("f", _("女")), ("m", _("男"))], blank=True)
    phone = EncryptedTextField(_("电话"), blank=True)
    address = models.CharField(_("住址"), max_length=120, blank=True)
    id_number = EncryptedTextField(_("身份证号"), blank=True)
    id_blind = models.CharField(max_length=64, blank=True, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ability = models.CharField(_("能否履行义务"), max_length=10, choices=ObligorAbility.choices, blank=True)
    call_order = models.PositiveSmallIntegerField(_("先打给谁"), default=9)
    valid_from = models.DateField(_("从哪天起"))
    valid_to = models.DateField(default=FOREVER)
    end_reason = models.CharField(max_length=200, blank=True)
    objects = ThroughHousehold.as_manager()

    class Meta:
        ordering = ["part", "call_order", "pk"]
        indexes = [models.Index(fields=["household", "valid_to"], name="circle_household_until")]
        constraints = [
            models.CheckConstraint(
                name="circle_ends_after_start", condition=Q(valid_from__lte=F("valid_to"))
            ),
            models.CheckConstraint(
                name="circle_ability_of_obligors",
                condition=(Q(part="obligor") & ~Q(ability="")) | (~Q(part="obligor") & Q(ability="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.uid}"
