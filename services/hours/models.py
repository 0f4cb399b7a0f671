"""The one ledger of hours: paid and voluntary apart for ever, never two at once, never changed; and what is asked of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.providers.models import ServiceCode
from portal.base.models import Stamped, Versioned


class HourKind(models.TextChoices):
    """What an hour is for ever."""

    PAID = "paid", _("有报酬的工作")
    VOLUNTARY = "voluntary", _("志愿服务")


class HourCause(models.TextChoices):
    """Why a row stands in the ledger."""

    VISIT = "visit", _("上门确认了")
    CORRECTION = "correction", _("按更正记")
    TAKEN_BACK = "taken_back", _("收回")
    OVERLAP = "overlap", _("和别的时间重叠，没记")
    TOO_LONG = "too_long", _("时间太长，没记")


class HourEntry(Stamped):
    """One line of the ledger; the database refuses to change or remove it. `minutes` is below zero in a counter-entry.

    `visit` is the uid of a visit record and no reference: hours open no door, and an erased file takes none away.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="hour_entries")
    kind = models.CharField(max_length=10, choices=HourKind.choices)
    volunteer = models.ForeignKey(
        "partners.Volunteer", null=True, blank=True, on_delete=models.PROTECT, related_name="hour_entries"
    )
    provider = models.ForeignKey(
        "partners.Provider", null=True, blank=True, on_delete=models.PROTECT, related_name="hour_entries"
    )
    service = models.CharField(max_length=20, choices=ServiceCode.choices)
    township = models.ForeignKey("partners.Region", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    minutes = models.IntegerField()
    cause = models.CharField(max_length=10, choices=HourCause.choices)
    visit = models.UUIDField(null=True, blank=True)
    reverses = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        permissions = [
            ("keep_hours", "管志愿服务时长"),
            ("set_stars", "改星级标准"),
        ]
        ordering = ["-day", "-pk"]
        indexes = [
            models.Index(fields=["user", "day"], name="hours_user_day"),
            models.Index(fields=["volunteer", "day"], name="hours_volunteer_day"),
            models.Index(fields=["visit"], name="hours_visit"),
        ]
        constraints = [
            models.CheckConstraint(
                name="hours_paid_or_voluntary",
                condition=Q(kind="paid", provider__isnull=False, volunteer__isnull=True)
                | Q(kind="voluntary", volunteer__isnull=False, provider__isnull=True),
            ),
            models.CheckConstraint(
                name="hours_counter_entry_below_zero",
                condition=Q(reverses__isnull=True, minutes__gte=0)
                | Q(reverses__isnull=False, minutes__lte=0, cause="taken_back"),
            ),
            models.CheckConstraint(name="hours_ends_after_start", condition=Q(starts_at__lte=F("ends_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.minutes}"


class HourSpan(models.Model):
    """The time that an entry of the ledger takes up while it stands; two of one human can never overlap.

    `person` is the identity behind the login, or minus the user where none is known. Gone with the counter-entry.
    """

    entry = models.OneToOneField("services.HourEntry", on_delete=models.PROTECT, related_name="span")
    person = models.BigIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    visit = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="hour_span_once_a_visit", fields=["person", "visit"]),
            models.CheckConstraint(name="hour_span_some_time", condition=Q(starts_at__lt=F("ends_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.starts_at:%Y-%m-%d %H:%M}"


class CorrectionState(models.TextChoices):
    ASKED = "asked", _("等答复")
    ACCEPTED = "accepted", _("改好了")
    REFUSED = "refused", _("没改")
    WITHDRAWN = "withdrawn", _("自己撤回")


class HourCorrection(Stamped, Versioned):
    """A volunteer says that hours are wrong or missing, and what they should be; the office answers by `due_on`."""

    no = models.CharField(max_length=20, unique=True)
    volunteer = models.ForeignKey("partners.Volunteer", on_delete=models.PROTECT, related_name="corrections")
    entry = models.ForeignKey(
        "services.HourEntry", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    service = models.CharField(max_length=20, choices=ServiceCode.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    words = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=CorrectionState.choices, default=CorrectionState.ASKED)
    asked_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="correction_state_due")]
        constraints = [
            models.CheckConstraint(name="correction_some_time", condition=Q(starts_at__lt=F("ends_at"))),
            models.CheckConstraint(
                name="correction_answer_whole",
                condition=Q(state__in=["asked", "withdrawn"], answered_by__isnull=True)
                | (Q(state__in=["accepted", "refused"], answered_by__isnull=False) & ~Q(answer="")),
            ),
            models.UniqueConstraint(
                name="correction_one_open_an_entry", fields=["entry"], condition=Q(state="asked")
            ),
        ]

    def __str__(self) -> str:
        return self.no


class StarLevel(models.Model):
    """From `valid_from` on: so many voluntary hours make so many stars. A later date replaces the whole set."""

    valid_from = models.DateField()
    stars = models.PositiveSmallIntegerField()
    hours = models.PositiveIntegerField()

    class Meta:
        ordering = ["-valid_from", "stars"]
        constraints = [
            models.UniqueConstraint(name="star_level_once", fields=["valid_from", "stars"]),
            models.CheckConstraint(
                name="star_level_one_to_five", condition=Q(stars__gte=1, stars__lte=5, hours__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from} {self.stars}"
