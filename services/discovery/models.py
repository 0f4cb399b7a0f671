"""Policy finds people: runs of the published rules over the register, and the help that somebody may be missing.

No fact of a person is kept here. What speaks for the help is read anew from the file each time it is shown.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.base.models import Stamped, Versioned
from portal.base.privacy import EncryptedTextField
from services.recipients.models import HouseholdRows


class RunState(models.TextChoices):
    QUEUED = "queued", _("排队")
    RUNNING = "running", _("正在查找")
    DONE = "done", _("查完了")


class DiscoveryRun(Stamped, Versioned):
    """The rules of a day, asked of every household of a place. `judged` of `households` shows how far it is."""

    no = models.CharField(max_length=20, unique=True)
    region = models.ForeignKey("partners.Region", on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=RunState.choices, default=RunState.QUEUED)
    households = models.PositiveIntegerField(default=0)
    judged = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="discovery_one_run_a_place", fields=["region"], condition=~Q(state="done")
            ),
            models.CheckConstraint(
                name="discovery_done_has_time",
                condition=Q(state="done", finished_at__isnull=False)
                | (~Q(state="done") & Q(finished_at__isnull=True)),
            ),
            models.CheckConstraint(name="discovery_judged_of_all", condition=Q(judged__lte=F("households"))),
        ]

    def __str__(self) -> str:
        return self.no


class HelpKind(models.TextChoices):
    """Help whose receipt this platform records; the codes are those of the rules."""

    TEKUN = "tekun", _("特困供养")
    DIBAO = "dibao", _("低保")
    DIBAO_SINGLE = "dibao_single", _("单人户低保")
    HOME_CARE = "home_care", _("上门照料")
    CHILD = "child", _("孤儿、困境儿童保障")


class DiscoveryState(models.TextChoices):
    OPEN = "open", _("待核对")
    BEGUN = "begun", _("已上报核实")
    DISMISSED = "dismissed", _("核对过，不是")
    LAPSED = "lapsed", _("情况变了")


class Discovery(Stamped, Versioned):
    """A person who may be missing a kind of help, for the township to check; never a decision.

    `mark` stands for the rule and for what it said, with its reasons: the same mark is asked once.
    """

    no = models.CharField(max_length=20, unique=True)
    household = models.ForeignKey("services.Household", on_delete=models.PROTECT, related_name="discoveries")
    person = models.ForeignKey("services.Person", on_delete=models.PROTECT, related_name="discoveries")
    help = models.CharField(_("哪种帮助"), max_length=20, choices=HelpKind.choices)
    likely = models.BooleanField(default=False)
    mark = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=DiscoveryState.choices, default=DiscoveryState.OPEN)
    reason = EncryptedTextField(_("理由"), blank=True)
    report = models.ForeignKey(
        "services.Report", null=True, blank=True, on_delete=models.PROTECT, related_name="discoveries"
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    objects = HouseholdRows.as_manager()
    # Two files of one person ask the same once; a run asks anew what the joined file says.
    goes_with_a_double = True

    class Meta:
        verbose_name_plural = "discoveries"
        indexes = [models.Index(fields=["state", "household"], name="discovery_state_home")]
        constraints = [
            models.UniqueConstraint(name="discovery_asked_once", fields=["person", "help", "mark"]),
            models.UniqueConstraint(
                name="discovery_one_open", fields=["person", "help"], condition=Q(state="open")
            ),
            models.CheckConstraint(
                name="discovery_begun_has_report", condition=~Q(state="begun") | Q(report__isnull=False)
            ),
            models.CheckConstraint(
                name="discovery_answered_by_somebody",
                condition=~Q(state__in=["begun", "dismissed"])
                | Q(answered_by__isnull=False, answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.no
