"""What can be done with a care agreement: draft, change, bring to signing, sign, renew, end (民发〔2019〕124号)."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.models import OPEN_END, record_number
from portal.base.refused import Refused
from services.recipients.agreement_terms import usual_end
from services.recipients.care_access import AGREE, agreements_of
from services.recipients.care_models import AgreementState, CareAgreement, CarerKind, Signing
from services.recipients.lifecycle import AGREEMENT
from services.recipients.models import CategoryKind, HouseholdState, Person, SupportMode


@dataclass(frozen=True)
class AgreementFacts:
    """What a form says of an agreement."""

    carer_kind: str
    carer_name: str
    carer_tie: str
    monthly_fen: int
    starts_on: date
    ends_on: date
    content: str
    frequency: str
    carer_contact: str = ""
    carer_phone: str = ""
    carer_address: str = ""


def is_dispersed(person: Person) -> bool:
    """Whether a person lives and is tekun, supported at home, now."""
    standing = person.categories.filter(
        kind=CategoryKind.TEKUN, mode=SupportMode.DISPERSED, valid_to=OPEN_END.date()
    )
    return person.died_on is None and standing.exists()


def _check(person: Person, facts: AgreementFacts) -> None:
    if facts.ends_on <= facts.starts_on:
        raise Refused("term_order", _("到期日要晚于开始日"), field="last_day")
    if facts.monthly_fen < 0:
        raise Refused("money", _("金额不能小于 0，请再看一遍"), field="monthly")
    if facts.carer_kind == CarerKind.ORGANISATION and not facts.carer_contact:
        raise Refused("contact_empty", _("照料人是单位，请填单位负责人"), field="carer_contact")


@transaction.atomic
def draft_agreement(
    *, by: Any, person: Person, facts: AgreementFacts, renews: CareAgreement | None = None
) -> CareAgreement:
    """Write a draft for a dispersed tekun person. Refused: not_dispersed, household_not_active, agreement_open, term_order, contact_empty."""
    if person.household.state == HouseholdState.CLOSED:
        raise Refused("household_not_active", _("这户的档案已注销，不能订协议"))
    if not is_dispersed(person):
        raise Refused("not_dispersed", _("只给分散供养的特困人员订照料协议。请先登记供养方式"))
    _check(person, facts)
    row = CareAgreement(no=record_number("X"), person=person, drafted_by=by, renews=renews, **asdict(facts))
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        if not person.agreements.filter(state__in=["draft", "to_sign"]).exists():
            raise
        raise Refused("agreement_open", _("这个人已有一份没签完的协议，请接着办那份")) from None
    record(by, "agreement.drafted", row, household=person.household, renews=renews.no if renews else "")
    return row


def _step(row: CareAgreement, verb: str, *, by: Any, version: int, **more: Any) -> CareAgreement:
    """Take the step if the version still holds and `by` manages agreements there, in one statement."""
    target = AGREEMENT.step(row.state, verb)
    moved = (
        CareAgreement.objects.filter(pk=row.pk, version=version, state__in=AGREEMENT.sources(verb))
        .filter(pk__in=agreements_of(by, AGREE).values("pk"))
        .update(state=target, version=F("version") + 1, updated_at=timezone.now(), **more)
    )
    if not moved:
        raise Refused("stale", _("这份协议刚被别人办过，请看现在的情况再定"))
    return CareAgreement.objects.select_related("person__household__region", "renews").get(pk=row.pk)


@transaction.atomic
def change_agreement(*, by: Any, row: CareAgreement, version: int, facts: AgreementFacts) -> CareAgreement:
    """Change a draft. Refused: wrong_state, stale, term_order, contact_empty."""
    row = _step(row, "change", by=by, version=version)
    _check(row.person, facts)
    for name, value in asdict(facts).items():
        setattr(row, name, value)
    row.save(update_fields=[*asdict(facts), "updated_at"])
    record(by, "agreement.changed", row, household=row.person.household)
    return row


@transaction.atomic
def submit_agreement(*, by: Any, row: CareAgreement, version: int) -> CareAgreement:
    """Print it and bring it to the parties. Refused: wrong_state, stale."""
    row = _step(row, "submit", by=by, version=version)
    record(by, "agreement.submitted", row, household=row.person.household)
    return row


@transaction.atomic
def send_agreement_back(*, by: Any, row: CareAgreement, version: int, reason: str) -> CareAgreement:
    """A party wants it otherwise. Refused: reason_empty, wrong_state, stale."""
    reason = _reason(reason)
    row = _step(row, "send_back", by=by, version=version)
    record(by, "agreement.sent_back", row, household=row.person.household, purpose=reason)
    return row


@transaction.atomic
def sign_agreement(
    *, by: Any, row: CareAgreement, version: int, on: date, signing: str, witness: str, today: date
) -> CareAgreement:
    """All have signed; the agreement is in force and the one before it is over for new dealings.

    Refused: witness_empty (a fingerprint or a guardian needs one), signed_future, agreement_live,
    not_dispersed, wrong_state, stale.
    """
    witness = witness.strip()
    if signing != Signing.HAND and not witness:
        raise Refused("witness_empty", _("按手印或监护人代签，要有见证人"), field="witness")
    if on > today:
        raise Refused("signed_future", _("签字日期不能晚于今天"), field="on")
    if not is_dispersed(row.person):
        raise Refused("not_dispersed", _("这个人现在不是分散供养，协议不能生效"))
    _lapse_before(row, today)
    try:
        with transaction.atomic():
            row = _step(
                row,
                "sign",
                by=by,
                version=version,
                signed_on=on,
                signed_by=by,
                signing=signing,
                witness=witness,
            )
    except IntegrityError:
        raise Refused("agreement_live", _("这个人还有一份生效的协议，请先终止或在那份上续签")) from None
    record(by, "agreement.signed", row, household=row.person.household, on=on.isoformat(), signing=signing)
    return row


def _lapse_before(row: CareAgreement, today: date) -> None:
    """The agreement that this one renews, or whose term is over, makes room; its own dates stay."""
    live = CareAgreement.objects.filter(person_id=row.person_id, state=AgreementState.LIVE)
    over = live.filter(ends_on__lte=today)
    renewed = live.filter(pk=row.renews_id, ends_on__lte=row.starts_on) if row.renews_id else live.none()
    (over | renewed).update(
        state=AGREEMENT.moves["lapse"].target, version=F("version") + 1, updated_at=timezone.now()
    )


@transaction.atomic
def renew_agreement(*, by: Any, row: CareAgreement) -> CareAgreement:
    """A new draft with the same carer for the next term. Refused: not_renewable and those of `draft_agreement`."""
    if row.state not in {AgreementState.LIVE, AgreementState.LAPSED}:
        raise Refused("not_renewable", _("只有签过字的协议能续签"))
    facts = AgreementFacts(
        carer_kind=row.carer_kind,
        carer_name=row.carer_name,
        carer_tie=row.carer_tie,
        carer_contact=row.carer_contact,
        carer_phone=row.carer_phone,
        carer_address=row.carer_address,
        content=row.content,
        frequency=row.frequency,
        monthly_fen=row.monthly_fen,
        starts_on=row.ends_on,
        ends_on=usual_end(row.ends_on),
    )
    return draft_agreement(by=by, person=row.person, facts=facts, renews=row)


@transaction.atomic
def end_agreement(*, by: Any, row: CareAgreement, version: int, on: date, reason: str) -> CareAgreement:
    """End an agreement before its term, or drop a draft. Refused: reason_empty, end_order, wrong_state, stale."""
    reason = _reason(reason)
    if row.state == AgreementState.LIVE and not row.starts_on <= on <= row.ends_on:
        raise Refused("end_order", _("终止日期要在协议期内"), field="on")
    row = _step(row, "end", by=by, version=version, ended_on=on, end_reason=reason)
    record(by, "agreement.ended", row, household=row.person.household, purpose=reason, on=on.isoformat())
    return row


def _reason(text: str) -> str:
    if not text.strip():
        raise Refused("reason_empty", _("请写明原因"), field="reason")
    return text.strip()[:200]


def end_with_status(*, person: Person, by: Any, on: date, reason: str) -> None:
    """A person died or is dispersed tekun no more: what is signed or drafted ends with it."""
    rows = person.agreements.filter(state__in=AGREEMENT.sources("end"))
    for row in rows.select_related("person__household"):
        CareAgreement.objects.filter(pk=row.pk).update(
            state=AGREEMENT.moves["end"].target, ended_on=on, end_reason=reason, version=F("version") + 1,
            updated_at=timezone.now(),
        )  # fmt: skip
        record(by, "agreement.ended", row, household=row.person.household, purpose=reason)
