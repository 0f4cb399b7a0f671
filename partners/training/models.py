"""Short courses in parts of ten minutes with a quiz, and what each person has passed."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.providers.models import ServiceCode
from portal.base.dates import in_english
from portal.base.models import Stamped, Versioned

LONGEST_PART = 10
# Share of the questions that must be right.
PASS_PERCENT = 80


class Learner(models.TextChoices):
    """Who a course is required of."""

    VOLUNTEER = "volunteer", _("志愿者")
    WORKER = "worker", _("护理员")


class Course(Stamped, Versioned):
    """One course as it stands: `version` names the parts and questions in use.

    `roles` and `services` say of whom it is required (no service: of everybody in these roles); a result is good
    for `validity_months`. From `counts_since` on, results of versions before `counts_from` no longer count.
    """

    code = models.SlugField(max_length=40, unique=True)
    title_zh = models.CharField(max_length=60)
    title_en = models.CharField(max_length=120)
    about_zh = models.CharField(max_length=200)
    about_en = models.CharField(max_length=300)
    roles = models.JSONField(default=list)
    services = models.JSONField(default=list, blank=True)
    minutes = models.PositiveSmallIntegerField()
    validity_months = models.PositiveSmallIntegerField(default=24)
    position = models.PositiveSmallIntegerField(default=0)
    live = models.BooleanField(default=True)
    counts_from = models.PositiveIntegerField(default=1)
    counts_since = models.DateField(default=date(2000, 1, 1))

    class Meta:
        permissions = [("edit_course", "改培训课程")]
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                name="course_some_minutes", condition=Q(minutes__gte=1) & Q(validity_months__gte=1)
            ),
            models.CheckConstraint(
                name="course_counts_from_known", condition=Q(counts_from__lte=F("version"))
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def no(self) -> str:
        """What the audit calls it."""
        return self.code

    @property
    def asked_words(self) -> str:
        """Of whom it is asked, as a line."""
        who = [str(Learner(role).label) for role in self.roles]
        does = [str(ServiceCode(service).label) for service in self.services] or [str(_("所有服务"))]
        return " · ".join([_("、").join(who), _("、").join(does)])

    @property
    def title(self) -> str:
        """In the reader's language."""
        return self.title_en if in_english() else self.title_zh

    @property
    def about(self) -> str:
        """One sentence on what it is for."""
        return self.about_en if in_english() else self.about_zh


class CoursePart(Stamped):
    """A piece to read in one go, of ten minutes at most; belongs to one version and never changes."""

    course = models.ForeignKey("partners.Course", on_delete=models.PROTECT, related_name="parts")
    of_version = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    title_zh = models.CharField(max_length=60)
    title_en = models.CharField(max_length=120)
    body_zh = models.TextField()
    body_en = models.TextField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="course_part_once", fields=["course", "of_version", "position"]),
            models.CheckConstraint(
                name="course_part_ten_minutes",
                condition=Q(minutes__gte=1) & Q(minutes__lte=LONGEST_PART),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """In the reader's language."""
        return self.title_en if in_english() else self.title_zh

    @property
    def body(self) -> str:
        """Paragraphs, parted by empty lines."""
        return self.body_en if in_english() else self.body_zh


class CourseQuestion(Stamped):
    """A question of the quiz with its choices (pairs of Chinese and English), the right one, and why."""

    course = models.ForeignKey("partners.Course", on_delete=models.PROTECT, related_name="questions")
    of_version = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField()
    text_zh = models.CharField(max_length=200)
    text_en = models.CharField(max_length=300)
    choices = models.JSONField()
    right = models.PositiveSmallIntegerField()
    why_zh = models.CharField(max_length=300)
    why_en = models.CharField(max_length=500)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="course_question_once", fields=["course", "of_version", "position"])
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """In the reader's language."""
        return self.text_en if in_english() else self.text_zh

    @property
    def why(self) -> str:
        """Why that answer is the right one."""
        return self.why_en if in_english() else self.why_zh

    @property
    def options(self) -> list[tuple[str, str]]:
        """The choices as a form wants them."""
        return [(str(n), pair[in_english()]) for n, pair in enumerate(self.choices)]


class PartReading(models.Model):
    """A person has read a part to its end and said so."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    part = models.ForeignKey("partners.CoursePart", on_delete=models.PROTECT, related_name="readings")
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="part_read_once", fields=["user", "part"])]

    def __str__(self) -> str:
        return f"{self.user_id} {self.part_id}"


class TrainingResult(Stamped):
    """A quiz passed: of which version, on which day, good up to and with `valid_until`, worth how many minutes."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="training")
    course = models.ForeignKey("partners.Course", on_delete=models.PROTECT, related_name="results")
    of_version = models.PositiveIntegerField()
    passed_on = models.DateField()
    valid_until = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    right_answers = models.PositiveSmallIntegerField()
    questions = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["user", "course", "valid_until"], name="training_user_course")]
        constraints = [
            models.UniqueConstraint(
                name="training_once_a_day", fields=["user", "course", "of_version", "passed_on"]
            ),
            models.CheckConstraint(
                name="training_valid_after_passed", condition=Q(valid_until__gt=F("passed_on"))
            ),
            models.CheckConstraint(
                name="training_enough_right",
                condition=Q(right_answers__lte=F("questions"))
                & Q(questions__gte=1)
                & Q(GreaterThanOrEqual(F("right_answers") * 100, F("questions") * PASS_PERCENT)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.course_id}"
