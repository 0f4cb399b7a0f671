"""What a person is to the law, from day to day: tekun, 低保 and the other categories of the county's register."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.base.models import OPEN_END, Stamped
from services.recipients.door import ThroughHousehold

FOREVER = OPEN_END.date()


class CategoryKind(models.TextChoices):
    TEKUN = "tekun", _("特困人员")
    DIBAO = "dibao", _("低保")
    MARGINAL = "dibao_marginal", _("低保边缘")
    RIGID_EXPENSE = "rigid_expense", _("刚性支出困难")
    DISABILITY = "disability", _("残疾")
    ILLNESS = "serious_illness", _("重病")
    ORPHAN = "orphan", _("孤儿")
    UNATTENDED_CHILD = "unattended_child", _("事实无人抚养儿童")
    CHILD_IN_DIFFICULTY = "child_in_difficulty", _("困境儿童")
    MONITORED = "poverty_monitoring", _("防返贫监测")
    VETERAN = "veteran", _("退役军人")
    DISASTER = "disaster_affected", _("受灾")


class SupportMode(models.TextChoices):
    DISPERSED = "dispersed", _("分散供养")
    INSTITUTIONAL = "institutional", _("集中供养")


class DibaoClass(models.TextChoices):
    A = "A", _("A 类")
    B = "B", _("B 类")
    C = "C", _("C 类")


class DisabilityType(models.TextChoices):
    SIGHT = "sight", _("视力")
    HEARING = "hearing", _("听力")
    SPEECH = "speech", _("言语")
    LIMB = "limb", _("肢体")
    MIND = "intellect", _("智力")
    PSYCHE = "psyche", _("精神")
    SEVERAL = "several", _("多重")


# Of each set a person is one at most on any day. Tekun stands in two: it ends what 低保 gives, and a minor
# who takes the scheme for orphans is not recorded as tekun.
EXCLUSIVE: dict[str, tuple[str, ...]] = {
    "living": (CategoryKind.TEKUN.value, CategoryKind.DIBAO.value, CategoryKind.MARGINAL.value),
    "child": (CategoryKind.TEKUN.value, CategoryKind.ORPHAN.value, CategoryKind.UNATTENDED_CHILD.value),
    **{
        kind: (kind,)
        for kind in (
            "rigid_expense",
            "disability",
            "serious_illness",
            "child_in_difficulty",
            "poverty_monitoring",
            "veteran",
            "disaster_affected",
        )
    },
}
# Categories that tell of somebody's body or mind: shown like health, not like standing.
HEALTHY_KINDS = frozenset({CategoryKind.DISABILITY.value, CategoryKind.ILLNESS.value})


class PersonRows(ThroughHousehold):
    """Rows that hang from a person."""

    household_path = "person__household"


class PersonCategory(Stamped):
    """A person is of this category from day to day (half-open).

    Overlaps of one exclusive set are refused by the database itself: an exclusion constraint on
    PostgreSQL, a trigger on SQLite (`services.recipients.overlaps`), and on both a unique open row.
    """

    person = models.ForeignKey("services.Person", on_delete=models.PROTECT, related_name="categories")
    kind = models.CharField(
        _("类别"), max_length=20, choices=CategoryKind.choices, default=CategoryKind.TEKUN
    )
    mode = models.CharField(_("供养方式"), max_length=14, choices=SupportMode.choices, blank=True)
    dibao_class = models.CharField(_("低保类别"), max_length=1, choices=DibaoClass.choices, blank=True)
    disability = models.CharField(_("残疾类别"), max_length=10, choices=DisabilityType.choices, blank=True)
    grade = models.PositiveSmallIntegerField(
        _("残疾等级"), null=True, blank=True, choices=[(1, _("一级")), (2, _("二级")), (3, _("三级")), (4, _("四级"))]
    )  # fmt: skip
    valid_from = models.DateField(_("从哪天起"))
    valid_to = models.DateField(default=FOREVER)
    # What the office's own lists say of a re-verification before the platform; later ones are Reviews.
    verified_on = models.DateField(_("上次核查"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    end_reason = models.CharField(_("结束原因"), max_length=200, blank=True)
    objects = PersonRows.as_manager()

    class Meta:
        ordering = ["-valid_to", "-valid_from", "-pk"]
        indexes = [models.Index(fields=["kind", "valid_to"], name="category_kind_until")]
        constraints = [
            models.CheckConstraint(
                name="category_ends_after_start", condition=Q(valid_from__lte=F("valid_to"))
            ),
            models.CheckConstraint(
                name="category_verified_within", condition=Q(verified_on__gte=F("valid_from"))
            ),
            models.CheckConstraint(
                name="category_tekun_has_mode",
                condition=(Q(kind="tekun") & ~Q(mode="")) | (~Q(kind="tekun") & Q(mode="")),
            ),
            models.CheckConstraint(
                name="category_dibao_has_class",
                condition=(Q(kind="dibao") & ~Q(dibao_class="")) | (~Q(kind="dibao") & Q(dibao_class="")),
            ),
            models.CheckConstraint(
                name="category_disability_has_grade",
                condition=(Q(kind="disability", grade__gte=1, grade__lte=4) & ~Q(disability=""))
                | (~Q(kind="disability") & Q(disability="", grade__isnull=True)),
            ),
            *(
                models.UniqueConstraint(
                    name=f"category_one_open_{name}",
                    fields=["person"],
                    condition=Q(kind__in=list(kinds), valid_to=FOREVER),
                )
                for name, kinds in EXCLUSIVE.items()
            ),
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def words(self) -> str:
        """特困人员 · 分散供养, 低保 · A 类, 残疾 · 肢体二级."""
        if self.kind == CategoryKind.TEKUN:
            return f"{self.get_kind_display()} · {self.get_mode_display()}"
        if self.kind == CategoryKind.DIBAO:
            return f"{self.get_kind_display()} · {self.get_dibao_class_display()}"
        if self.kind == CategoryKind.DISABILITY:
            return f"{self.get_kind_display()} · {self.get_disability_display()}{self.get_grade_display()}"
        return str(self.get_kind_display())
