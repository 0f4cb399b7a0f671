"""Photos of a visit: taken in before the record is written, kept while the form is mended, shown after a check."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from django import forms
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.fileserving import private_response
from portal.base.filestore import drop_files
from portal.base.models import ProtectedFile
from portal.base.pictures import store_picture
from portal.base.refused import Refused
from portal.base.row_security import beyond
from portal.permissions.gate import needs
from services.recipients.fields import CLEAR, shown_to
from services.visits import access
from services.visits.forms import read_uid
from services.visits.models import VisitPhoto
from services.visits.rules import PHOTOS_AT_MOST

KIND = "visit_photo"
KEPT_FOR = timedelta(hours=24)
BOXES = [f"photo_{n}" for n in range(1, PHOTOS_AT_MOST + 1)]


def waiting_files(user: Any) -> QuerySet[ProtectedFile]:
    """Photos this person has handed over lately that belong to no record yet."""
    return ProtectedFile.objects.filter(
        kind=KIND, uploaded_by=user, visit_photo__isnull=True, created_at__gte=timezone.now() - KEPT_FOR
    )


def forget_waiting(*, at: datetime | None = None) -> int:
    """Remove photos that no record took up in a day: nobody can use them any more; returns how many."""
    old = ProtectedFile.objects.filter(
        kind=KIND, visit_photo__isnull=True, created_at__lt=(at or timezone.now()) - KEPT_FOR
    )
    keys = list(old.values_list("pk", flat=True))
    with transaction.atomic():
        drop_files(keys)
    return len(keys)


def usable_files(user: Any, visit_uid: Any, uids: Sequence[Any]) -> dict[Any, ProtectedFile]:
    """Which of these photos this person may put into a visit: waiting ones, and on a repeat those already in it."""
    again = ProtectedFile.objects.filter(
        kind=KIND, uploaded_by=user, visit_photo__record__uid=visit_uid, visit_photo__record__author=user
    )
    with beyond("photos"):
        return {row.uid: row for row in (waiting_files(user) | again).filter(uid__in=uids)}


@dataclass
class PhotoTray:
    """The photos of one form: those kept from before and those new with this request."""

    files: list[ProtectedFile] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)

    @classmethod
    def empty(cls) -> Self:
        """No photos yet."""
        return cls()

    @classmethod
    def of(cls, request: HttpRequest, form: forms.Form) -> Self:
        """Take in what came with the request. A picture that cannot be used makes the form wrong, the rest stays."""
        wanted = [uid for text in request.POST.getlist("kept")[:PHOTOS_AT_MOST] if (uid := read_uid(text))]
        visit_uid = read_uid(request.POST.get("uid", ""))
        kept = usable_files(request.user, visit_uid, wanted)
        tray = cls([kept[uid] for uid in dict.fromkeys(wanted) if uid in kept])
        for box in BOXES:
            upload = request.FILES.get(box)
            if upload is None:
                continue
            if len(tray.files) >= PHOTOS_AT_MOST:
                tray.problems[box] = _("照片最多 %(n)s 张，请去掉几张") % {"n": PHOTOS_AT_MOST}
                continue
            try:
                tray.files.append(store_picture(upload, kind=KIND, by=request.user))
            except Refused as refusal:
                tray.problems[box] = refusal.message
        for message in dict.fromkeys(tray.problems.values()):
            form.add_error(None, message)
        return tray

    def boxes(self) -> list[dict[str, str]]:
        """The empty places for more photos, each with what was wrong with the last try."""
        free = BOXES[: PHOTOS_AT_MOST - len(self.files)]
        wrong = list(self.problems.values())
        return [{"name": name, "problem": wrong[n] if n < len(wrong) else ""} for n, name in enumerate(free)]


def photo_for(user: Any, uid: Any) -> ProtectedFile:
    """The file of a photo this person may see now: of a record, or just handed over. Http404 otherwise."""
    readable = VisitPhoto.objects.visible_to(user).filter(
        Q(record__in=access.photo_records(user).values("pk")), file__uid=uid
    )
    photo = readable.select_related("file", "record__planned__task__need__household__region").first()
    if photo is not None:
        household = photo.record.planned.task.need.household
        if shown_to(user, household, timezone.now()).mode("photos") == CLEAR:
            return photo.file
        raise Http404
    with beyond("photos"):
        waiting = waiting_files(user).filter(uid=uid).first()
    if waiting is None:
        raise Http404
    return waiting


@needs(
    access.LOG, access.FINISH, access.CONFIRM, access.READ, takes_object="VisitPhoto", methods=("GET", "HEAD")
)
def photo(request: HttpRequest, uid: Any) -> HttpResponse:
    """The bytes of one photo, after a check at this moment."""
    return private_response(photo_for(request.user, uid))
