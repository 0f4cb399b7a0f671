"""Certificates of voluntary hours: issued, revoked. Fields of 民发〔2015〕149号; free, by 民政部令第67号."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.providers.models import ServiceCode
from partners.volunteers.models import Volunteer
from portal.base.audit import record
from portal.base.outbox import post
from portal.base.periods import local_date
from portal.base.privacy import mask_tail
from portal.base.refused import Refused
from services.hours.certificate_models import CertificateState, CertificateYear, HourCertificate
from services.hours.lifecycle import CERTIFICATE
from services.hours.queries import by_service, voluntary_minutes
from services.hours.request_models import CertificateRequest, RequestedState
from services.hours.signing import sign


@dataclass(frozen=True)
class Signatories:
    """Who stands for the certificate, as 149 asks: the responsible person, who handled it, and whom to call."""

    responsible: str
    handler: str
    contact: str


@transaction.atomic
def issue_certificate(
    *,
    volunteer: Volunteer,
    first: date,
    last: date,
    signed_by: Signatories,
    by: Any,
    request: CertificateRequest | None = None,
    at: datetime | None = None,
) -> HourCertificate:
    """Number, sign and keep a certificate, for a request or of one's own accord.

    Refused: own_hours, future, ends_before, no_hours, asked_for (an open request has to be answered first).
    """
    today = local_date(at or timezone.now())
    user = volunteer.user
    if by.pk == user.pk or (by.identity_id is not None and by.identity_id == user.identity_id):
        raise Refused("own_hours", _("自己的证明，请另一位同事来开"))
    if last < first:
        raise Refused("ends_before", _("结束的一天不能早于开始的一天"), field="last")
    if last > today:
        raise Refused("future", _("证明只能开到今天为止"), field="last")
    if (
        request is None
        and CertificateRequest.objects.filter(volunteer=volunteer, state=RequestedState.ASKED).exists()
    ):
        raise Refused("asked_for", _("本人要的一份正在等着办，请从那里开"))
    minutes = voluntary_minutes(volunteer, first=first, last=last)
    if minutes < 1:
        raise Refused("no_hours", _("这段日子没有记下的志愿服务时长，开不了证明"), field="first")
    year, serial = _next_number(today.year)
    no = f"XT-ZM-{year}-{serial:06d}"
    content = by_service(volunteer, first=first, last=last)
    signed = sign(_facts(no, volunteer, first, last, today, minutes, content, signed_by))
    certificate = HourCertificate.objects.create(
        no=no,
        year=year,
        serial=serial,
        volunteer=volunteer,
        payload=signed.payload,
        signature=signed.signature,
        key_id=signed.key_id,
        minutes=minutes,
        from_day=first,
        to_day=last,
        issued_on=today,
        issued_by=by,
    )
    record(
        by, "certificate.issued", certificate, volunteer=volunteer.no, minutes=minutes,
        request=request.no if request is not None else "",
    )  # fmt: skip
    post(user, "certificate_issued", certificate)
    return certificate


def _next_number(year: int) -> tuple[int, int]:
    """The next number of a year; whoever comes second waits for the first, and a failed issue gives its number back."""
    CertificateYear.objects.get_or_create(year=year)
    CertificateYear.objects.filter(year=year).update(last=F("last") + 1)
    return year, CertificateYear.objects.get(year=year).last


def _facts(
    no: str,
    volunteer: Volunteer,
    first: date,
    last: date,
    today: date,
    minutes: int,
    content: list[tuple[str, int, int]],
    signed_by: Signatories,
) -> dict[str, Any]:
    identity = volunteer.user.identity
    return {
        "no": no,
        "name": volunteer.user.get_full_name(),
        "id_type": "居民身份证",
        "id_number": mask_tail(identity.id_number) if identity is not None else "",
        "volunteer_no": volunteer.badge_no or volunteer.no,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "minutes": minutes,
        "content": [
            {"service": str(service), "minutes": part, "times": times} for service, part, times in content
        ],
        "issuer": settings.SPONSOR_NAME,
        "responsible": signed_by.responsible,
        "handler": signed_by.handler,
        "contact": signed_by.contact,
        "issued_on": today.isoformat(),
    }


@transaction.atomic
def revoke_certificate(
    *, certificate: HourCertificate, why: str, by: Any, at: datetime | None = None
) -> HourCertificate:
    """Make a certificate count no more; the public page and the list say so at once. Refused: why_empty, wrong_state."""
    if len(why.strip()) < 4:
        raise Refused("why_empty", _("请写明为什么作废，至少 4 个字"), field="why")
    at = at or timezone.now()
    won = HourCertificate.objects.filter(
        pk=certificate.pk, version=certificate.version, state=CertificateState.ISSUED
    ).update(
        state=CERTIFICATE.moves["revoke"].target,
        revoked_on=local_date(at),
        revoked_by=by,
        revoked_why=why.strip()[:200],
        version=F("version") + 1,
        updated_at=at,
    )
    if not won:
        raise Refused("wrong_state", _("这份证明已经作废"))
    certificate.refresh_from_db()
    record(by, "certificate.revoked", certificate, purpose=certificate.revoked_why)
    post(certificate.volunteer.user, "certificate_revoked", certificate)
    return certificate


def service_words(service: str) -> str:
    """The name of a service as the certificate prints it."""
    return str(ServiceCode(service).label)
