"""Registers brought in as files: the batch, what was found in its rows, and people who may be one person."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.base.models import Stamped, Versioned
from services.recipients.models import Household


class BatchState(models.TextChoices):
    MAPPING = "mapping", _("等对列名")
    CHECKING = "checking", _("正在检查")
    CHECKED = "checked", _("检查完了，等您确认")
    APPLYING = "applying", _("正在导入")
    DONE = "done", _("导入完了")
    STOPPED = "stopped", _("停下了")


class ImportBatch(Stamped, Versioned):
    """One file of one office on its way into the register. `cursor` rows of the present pass are settled.

    `ready`: the file was read whole and is kept as plain UTF-8 rows from the heading on.
    The file lies encrypted and is gone 30 days after the end; no cell of it is copied here.
    """

    no = models.CharField(max_length=20, unique=True)
    office = models.ForeignKey("partners.Region", on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey("portal.ProtectedFile", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=5)
    encoding = models.CharField(max_length=10, blank=True)
    language = models.CharField(max_length=10)
    header = models.JSONField(default=list)
    header_row = models.PositiveSmallIntegerField(default=0)
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.MAPPING)
    ready = models.BooleanField(default=False)
    stopped_why = models.CharField(max_length=24, blank=True)
    keep_known = models.BooleanField(default=False)
    rows = models.PositiveIntegerField(default=0)
    cursor = models.PositiveIntegerField(default=0)
    count_new = models.PositiveIntegerField(default=0)
    count_changed = models.PositiveIntegerField(default=0)
    count_same = models.PositiveIntegerField(default=0)
    count_bad = models.PositiveIntegerField(default=0)
    count_alike = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        permissions = [("import_household", "导入名册")]
        indexes = [models.Index(fields=["office", "-created_at"], name="import_office_time")]
        constraints = [
            models.CheckConstraint(name="import_cursor_within", condition=Q(cursor__lte=F("rows"))),
        ]

    def __str__(self) -> str:
        return self.no


class FindingKind(models.TextChoices):
    BAD = "bad", _("要改")
    CHANGED = "changed", _("会改档案")
    ALIKE = "alike", _("可能重复")


class ImportFinding(models.Model):
    """What was found in one row in the last pass: a mistake, a change to a file, or somebody alike."""

    batch = models.ForeignKey("services.ImportBatch", on_delete=models.CASCADE, related_name="findings")
    row = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=FindingKind.choices)
    column = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=24)
    words = models.CharField(max_length=200, blank=True)
    household_no = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["row", "pk"]
        indexes = [models.Index(fields=["batch", "kind", "row"], name="finding_batch_kind_row")]

    def __str__(self) -> str:
        return f"{self.row} {self.code}"


class ImportMark(models.Model):
    """The fingerprint of a row whose person has no ID number to be known by, so that the same file finds them again."""

    fingerprint = models.CharField(max_length=64)
    person = models.ForeignKey("services.Person", on_delete=models.CASCADE, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["fingerprint"], name="import_mark_print")]

    def __str__(self) -> str:
        return f"#{self.person_id}"


class ColumnChoice(models.Model):
    """Which column of the register an office means by a heading; the last choice counts, '' is none."""

    office = models.ForeignKey("partners.Region", on_delete=models.CASCADE, related_name="+")
    heading = models.CharField(max_length=60)
    key = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="column_choice_once", fields=["office", "heading"])]

    def __str__(self) -> str:
        return self.key


class LikenessKind(models.TextChoices):
    NUMBER = "number", _("身份证号一样")
    NAME = "name", _("同村、同岁、名字一样")
    SOUND = "sound", _("同村、同岁、名字同音")


class LikenessState(models.TextChoices):
    OPEN = "open", _("等核对")
    DIFFERENT = "different", _("不是同一人")
    SAME = "same", _("是同一人")


class LikenessRows(models.QuerySet):
    """Pairs of people; seen only by who sees both."""

    def visible_to(self, user: Any) -> Self:
        """Only the pairs of whom this person may see both households."""
        seen = Household.objects.visible_to(user).values("pk")
        return self.filter(one__household__in=seen, other__household__in=seen)


class Likeness(Stamped, Versioned):
    """Two people of the register who may be one. A person decides; until then, and after, nothing of theirs stops."""

    no = models.CharField(max_length=20, unique=True)
    one = models.ForeignKey("services.Person", on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey("services.Person", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=LikenessKind.choices)
    state = models.CharField(max_length=10, choices=LikenessState.choices, default=LikenessState.OPEN)
    batch = models.ForeignKey(
        "services.ImportBatch", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    found_at = models.DateTimeField(default=timezone.now)
    objects = LikenessRows.as_manager()
    goes_with_a_double = True  # when the two become one person, the pair is no more

    class Meta:
        indexes = [models.Index(fields=["state", "found_at"], name="likeness_waiting")]
        constraints = [
            models.UniqueConstraint(name="likeness_once", fields=["one", "other"]),
            models.CheckConstraint(name="likeness_of_two", condition=~Q(one=F("other"))),
        ]

    def __str__(self) -> str:
        return self.no
