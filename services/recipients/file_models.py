"""What befalls a file: risks at the door, notes between workers, pauses, deaths, moves, merged numbers, changes."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.base.models import OPEN_END, Stamped
from portal.base.privacy import EncryptedTextField
from services.recipients.door import ThroughHousehold

USER = settings.AUTH_USER_MODEL


def _who() -> models.ForeignKey:
    return models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")


class RiskKind(models.TextChoices):
    DOG = "dog", _("有狗")
    INFECTION = "infection", _("传染风险")
    VIOLENCE = "violence", _("暴力风险")
    SITE = "site", _("房屋或道路危险")
    OTHER = "other", _("其他风险")


class HouseholdRisk(Stamped):
    """What a visitor must know before the door; stands until somebody says that it is over."""

    household = models.ForeignKey("services.Household", on_delete=models.PROTECT, related_name="risks")
    kind = models.CharField(_("风险"), max_length=10, choices=RiskKind.choices)
    words = EncryptedTextField(_("怎么防备"), blank=True)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(default=OPEN_END)
    noted_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    ended_by = _who()
    end_reason = models.CharField(max_length=200, blank=True)
    objects = ThroughHousehold.as_manager()

    class Meta:
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="risk_open_once", fields=["household", "kind"], condition=Q(valid_to=OPEN_END)
            ),
            models.CheckConstraint(name="risk_ends_after_start", condition=Q(valid_from__lte=F("valid_to"))),
        ]

    def __str__(self) -> str:
        return self.kind


class HandoverNote(Stamped):
    """A line from one worker to the next. Never edited; its author may strike it out."""

    household = models.ForeignKey("services.Household", on_delete=models.PROTECT, related_name="handovers")
    author = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    words = EncryptedTextField(_("交接的话"))
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_by = _who()
    objects = ThroughHousehold.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return str(self.uid)


class PauseReason(models.TextChoices):
    HOSPITAL = "hospital", _("住院")
    AWAY = "away", _("外出")
    REFUSES = "refuses", _("本人不愿意")
    OTHER = "other", _("其他")


class HouseholdPause(Stamped):
    """Nobody goes to this door from then until it is resumed, and why."""

    household = models.ForeignKey("services.Household", on_delete=models.PROTECT, related_name="pauses")
    reason = models.CharField(_("为什么暂停"), max_length=10, choices=PauseReason.choices)
    words = EncryptedTextField(_("说明"), blank=True)
    expected_on = models.DateField(_("大概哪天恢复"), null=True, blank=True)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_to = models.DateTimeField(default=OPEN_END)
    paused_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    resumed_by = _who()
    objects = ThroughHousehold.as_manager()

    class Meta:
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="pause_open_once", fields=["household"], condition=Q(valid_to=OPEN_END)
            ),
            models.CheckConstraint(name="pause_ends_after_start", condition=Q(valid_from__lte=F("valid_to"))),
        ]

    def __str__(self) -> str:
        return self.reason


class DeathSource(models.TextChoices):
    FAMILY = "family", _("家属告知")
    VILLAGE = "village", _("村里报告")
    VISIT = "visit", _("上门发现")
    HOSPITAL = "hospital", _("医院证明")
    POLICE = "police", _("公安户籍")
    FUNERAL = "funeral", _("殡葬部门")


class DeathNotice(Stamped):
    """A person died: when, who said so, and who entered it. One taken back as a mistake stays, with its day."""

    goes_with_a_double = True  # of two files of one person one notice stands, with the words of both
    person = models.ForeignKey("services.Person", on_delete=models.PROTECT, related_name="deaths")
    died_on = models.DateField(_("去世日期"))
    source = models.CharField(_("从哪里得知"), max_length=10, choices=DeathSource.choices)
    words = EncryptedTextField(_("说明"), blank=True)
    noted_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="death_once", fields=["person"], condition=Q(undone_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return str(self.died_on)


class HouseholdMove(Stamped):
    """A household moved: the office before keeps this line, the file goes to the office after.

    The line carries what that office may keep (number, masked name), so that it needs no sight of the file.
    """

    household = models.ForeignKey("services.Household", on_delete=models.PROTECT, related_name="moves")
    no_then = models.CharField(max_length=20, default="")
    name_masked = models.CharField(max_length=50, default="")
    from_region = models.ForeignKey("partners.Region", on_delete=models.PROTECT, related_name="+")
    to_region = models.ForeignKey("partners.Region", on_delete=models.PROTECT, related_name="+")
    from_township = models.ForeignKey("partners.Region", on_delete=models.PROTECT, related_name="+")
    to_township = models.ForeignKey("partners.Region", on_delete=models.PROTECT, related_name="+")
    moved_on = models.DateField(_("哪天搬的"))
    reason = models.CharField(_("原因"), max_length=200)
    moved_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    objects = ThroughHousehold.as_manager()

    class Meta:
        ordering = ["-moved_on", "-pk"]
        indexes = [models.Index(fields=["from_township", "moved_on"], name="move_from_township")]

    def __str__(self) -> str:
        return str(self.moved_on)


class NumberRedirect(Stamped):
    """An old record number leads to the file it was merged into; `snapshot` is what that file's head said."""

    old_no = models.CharField(max_length=20, unique=True)
    household = models.ForeignKey("services.Household", on_delete=models.PROTECT, related_name="old_numbers")
    reason = models.CharField(_("原因"), max_length=200)
    merged_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    snapshot = EncryptedTextField(blank=True)
    objects = ThroughHousehold.as_manager()

    def __str__(self) -> str:
        return self.old_no


class FileChange(Stamped):
    """One change of a file: encrypted JSON {field: [before, after]}; the ID number only says that it changed.

    Of the household itself, or of one of its people, or of somebody around it.

    `version` is the row's version after the change, so that what stood before can be told.
    """

    household = models.ForeignKey("services.Household", on_delete=models.PROTECT, related_name="changes")
    person = models.ForeignKey(
        "services.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="changes"
    )
    circle = models.ForeignKey(
        "services.CirclePerson", null=True, blank=True, on_delete=models.PROTECT, related_name="changes"
    )
    by = _who()
    version = models.PositiveIntegerField(default=0)
    fields = EncryptedTextField()
    objects = ThroughHousehold.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return str(self.uid)
