"""What somebody said to the use of their data: one row an answer, dated, with the text that was read."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.base.models import Stamped
from portal.base.privacy import EncryptedTextField
from services.recipients.door import ThroughHousehold


class Answer(models.TextChoices):
    GIVEN = "given", _("同意")
    REFUSED = "refused", _("不同意")


class AnswerWay(models.TextChoices):
    SPOKEN = "spoken", _("念给本人听，本人口头答复")
    PAPER = "paper", _("纸上签字、按手印")
    GUARDIAN = "guardian", _("监护人代为答复")
    PHONE = "phone", _("本人打电话")
    OWN_PAGE = "own_page", _("本人在网页上")


class ConsentRows(ThroughHousehold):
    """Answers of recipients reach their household through the person."""

    household_path = "person__household"


class Consent(Stamped):
    """The answer of one person (a recipient) or one user (a volunteer, a worker) to one category.

    `text_version` names the words that were read, `text_digest` proves them. A withdrawal ends the
    row and never removes it; what was done before it stays lawful (个人信息保护法 art. 15).
    """

    person = models.ForeignKey(
        "services.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="consents"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="consents"
    )
    category = models.CharField(max_length=20)
    text_version = models.CharField(max_length=20)
    text_digest = models.CharField(max_length=64)
    answer = models.CharField(max_length=8, choices=Answer.choices)
    way = models.CharField(_("怎么答复的"), max_length=10, choices=AnswerWay.choices)
    guardian = EncryptedTextField(_("监护人姓名和关系"), blank=True)
    answered_at = models.DateTimeField(default=timezone.now)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_way = models.CharField(max_length=10, choices=AnswerWay.choices, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    objects = ConsentRows.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consent_of_one",
                condition=Q(person__isnull=False, user__isnull=True)
                | Q(person__isnull=True, user__isnull=False),
            ),
            models.UniqueConstraint(
                name="consent_person_once",
                fields=["person", "category"],
                condition=Q(withdrawn_at__isnull=True, person__isnull=False),
            ),
            models.UniqueConstraint(
                name="consent_user_once",
                fields=["user", "category"],
                condition=Q(withdrawn_at__isnull=True, user__isnull=False),
            ),
            models.CheckConstraint(
                name="consent_withdrawn_whole",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.category
