"""Standards: every number that a rule or a page uses, by place and date, with the paper that sets it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.base.models import OPEN_END, Stamped, Versioned

FOREVER = OPEN_END.date()


class StandardKind(models.TextChoices):
    """What a number is: fen a month a person, or years of age (`AGES`)."""

    DIBAO_URBAN = "dibao_urban", _("城市低保标准")
    DIBAO_RURAL = "dibao_rural", _("农村低保标准")
    TEKUN_URBAN = "tekun_urban", _("城市特困基本生活标准")
    TEKUN_RURAL = "tekun_rural", _("农村特困基本生活标准")
    CARE_ABLE = "care_able", _("全自理照料护理标准")
    CARE_PARTIAL = "care_partial", _("半护理照料护理标准")
    CARE_UNABLE = "care_unable", _("全护理照料护理标准")
    ELDER_AGE = "elder_age", _("特困供养的老年人年龄")
    MINOR_AGE = "minor_age", _("特困供养的未成年人年龄")


AGES = frozenset({StandardKind.ELDER_AGE.value, StandardKind.MINOR_AGE.value})
OLDEST = 150


class Standard(Stamped):
    """A number that holds from a day to a day (half-open) in an area: "" is the whole country, else a region's code.

    Money is fen a month for a person, ages are full years. Rows are never edited: a new one ends the one before.
    Overlaps of one kind and area are refused by the database (`content.rules.overlaps`).
    """

    kind = models.CharField(_("哪一种标准"), max_length=16, choices=StandardKind.choices)
    area = models.CharField(_("适用地方"), max_length=12, blank=True)
    amount = models.BigIntegerField(_("数额"))
    document = models.CharField(_("文号"), max_length=60)
    anchor = models.CharField(_("条款"), max_length=60, blank=True)
    source = models.CharField(_("出处"), max_length=200, blank=True)
    valid_from = models.DateField(_("从哪天起"))
    valid_to = models.DateField(default=FOREVER)

    class Meta:
        ordering = ["kind", "area", "valid_from"]
        permissions = [("set_standard", "提出和同意救助标准")]
        constraints = [
            models.CheckConstraint(
                name="standard_ends_after_start", condition=Q(valid_from__lt=F("valid_to"))
            ),
            models.CheckConstraint(
                name="standard_amount_sane",
                condition=Q(amount__gt=0) & (~Q(kind__in=sorted(AGES)) | Q(amount__lte=OLDEST)),
            ),
            models.CheckConstraint(name="standard_has_paper", condition=~Q(document="")),
            models.UniqueConstraint(name="standard_one_start", fields=["kind", "area", "valid_from"]),
            models.UniqueConstraint(
                name="standard_one_open", fields=["kind", "area"], condition=Q(valid_to=FOREVER)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.area} {self.valid_from}"

    @property
    def is_age(self) -> bool:
        """Whether the amount is years and not money."""
        return self.kind in AGES


class ChangeState(models.TextChoices):
    PROPOSED = "proposed", _("等第二个人同意")
    PUBLISHED = "published", _("已公布")
    REFUSED = "refused", _("没同意")
    WITHDRAWN = "withdrawn", _("已撤回")


class StandardChange(Stamped, Versioned):
    """Somebody of the bureau proposes a new number from a day on; somebody else of the bureau publishes it.

    `households` is how many would be affected, counted by a job from what the register knows; None until counted.
    """

    no = models.CharField(max_length=20, unique=True)
    kind = models.CharField(_("哪一种标准"), max_length=16, choices=StandardKind.choices)
    area = models.CharField(_("适用地方"), max_length=12)
    amount = models.BigIntegerField(_("数额"))
    document = models.CharField(_("文号"), max_length=60)
    anchor = models.CharField(_("条款"), max_length=60, blank=True)
    source = models.CharField(_("出处"), max_length=200, blank=True)
    starts_on = models.DateField(_("从哪天起"))
    state = models.CharField(max_length=10, choices=ChangeState.choices, default=ChangeState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    households = models.PositiveIntegerField(null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(_("理由"), max_length=200, blank=True)

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="standard_change_two_people",
                condition=~Q(state__in=["published", "refused"])
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
            ),
            models.CheckConstraint(
                name="standard_change_counted_first",
                condition=~Q(state="published") | Q(households__isnull=False),
            ),
            models.CheckConstraint(
                name="standard_change_sane",
                condition=Q(amount__gt=0)
                & ~Q(document="")
                & (~Q(kind__in=sorted(AGES)) | Q(amount__lte=OLDEST)),
            ),
            models.UniqueConstraint(
                name="standard_change_one_open", fields=["kind", "area"], condition=Q(state="proposed")
            ),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def is_age(self) -> bool:
        """Whether the amount is years and not money."""
        return self.kind in AGES
