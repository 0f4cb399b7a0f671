"""Certificates: numbered without gaps, signed, provable without the site, revoked for all to see."""

import base64
import json
import re
import zlib
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from portal.base.privacy import mask_name
from portal.base.refused import Refused
from portal.models import AuditEvent, OutboxMessage
from services.hours import paper
from services.hours.certificates import Signatories, issue_certificate, revoke_certificate
from services.hours.seal import seal_svg
from services.hours.signing import NotGenuine, proved, public_keys, sign
from services.models import CertificateState, CertificateYear, HourCertificate
from tests import makers
from tests.services.hours.scene import hours_for, make_office, noon

pytestmark = pytest.mark.django_db
SIGNED_BY = Signatories("张负责", "李经办", "0731-55550000")


def issue(office, **more):
    """A certificate of the last month."""
    today = timezone.localdate()
    given = {"volunteer": office.volunteer, "first": today - timedelta(days=30), "last": today, "signed_by": SIGNED_BY,
             "by": office.bureau}  # fmt: skip
    return issue_certificate(**{**given, **more})


@pytest.fixture
def office():
    found = make_office()
    hours_for(found.volunteer, noon(2), 90)
    return found


def test_a_certificate_says_what_the_rules_ask_and_is_told_once(office):
    row = issue(office)
    facts = paper.facts_of(row)
    assert row.no == f"XT-ZM-{timezone.localdate().year}-000001"
    assert facts["name"] == office.volunteer.user.name
    assert facts["volunteer_no"] == office.volunteer.badge_no
    assert (facts["minutes"], row.minutes) == (90, 90)
    assert facts["content"] == [{"service": "visit_care", "minutes": 90, "times": 1}]
    assert (facts["responsible"], facts["handler"], facts["contact"]) == ("张负责", "李经办", "0731-55550000")
    assert facts["issued_on"] == timezone.localdate().isoformat()
    assert AuditEvent.objects.filter(verb="certificate.issued", object_no=row.no).count() == 1
    assert OutboxMessage.objects.filter(topic="certificate_issued", object_no=row.no).count() == 1


def test_numbers_have_no_gap_even_where_an_issue_fails(office):
    first = issue(office)
    with pytest.raises(RuntimeError), transaction.atomic():
        issue(office)
        raise RuntimeError
    second = issue(office)
    assert (first.serial, second.serial) == (1, 2)
    assert CertificateYear.objects.get(year=first.year).last == 2


def test_paid_hours_and_hours_taken_back_are_never_certified(office):
    from services.hours.ledger import Work, take_back, write

    paid = Work(
        user=office.volunteer.user, kind="paid", service="cleaning", township=office.town, starts_at=noon(3),
        ends_at=noon(3) + timedelta(hours=5), provider=makers.make_provider(),
    )  # fmt: skip
    write(paid, "visit", None)
    take_back(hours_for(office.volunteer, noon(4), 60), None)
    assert issue(office).minutes == 90


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"first": date(2020, 1, 1), "last": date(2020, 2, 1)}, "no_hours"),
        ({"last": date(2000, 1, 1)}, "ends_before"),
        ({"last": timezone.localdate() + timedelta(days=2)}, "future"),
    ],
)
def test_a_span_without_hours_or_in_the_future_is_refused(office, change, code):
    with pytest.raises(Refused) as refusal:
        issue(office, **change)
    assert refusal.value.code == code
    assert not HourCertificate.objects.exists()


def test_nobody_certifies_their_own_hours(office):
    with pytest.raises(Refused) as refusal:
        issue(office, by=office.volunteer.user)
    assert refusal.value.code == "own_hours"


def test_a_code_proves_itself_and_every_change_of_it_is_found(office):
    code = paper.code_of(issue(office)).encode()
    facts = proved(b"%PDF some bytes (" + code + b") more", public_keys())
    assert facts["minutes"] == 90
    mark, key_id, payload, signature = code.decode().split(".")
    forged = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    forged["minutes"] = 9000
    body = base64.urlsafe_b64encode(json.dumps(forged).encode()).rstrip(b"=").decode()
    with pytest.raises(NotGenuine, match="changed"):
        proved(f"{mark}.{key_id}.{body}.{signature}".encode(), public_keys())
    with pytest.raises(NotGenuine, match="unknown_key"):
        proved(f"{mark}.s9.{payload}.{signature}".encode(), public_keys())
    with pytest.raises(NotGenuine, match="no_code"):
        proved(b"nothing", public_keys())


def test_a_code_of_another_key_is_not_ours(office, settings):
    settings.SIGNING_KEYS = {"s1": "01" * 32}
    foreign = sign({"no": "XT-ZM-2026-000001"}).code.encode()
    assert proved(foreign, public_keys())
    settings.SIGNING_KEYS = {"s1": "02" * 32}
    with pytest.raises(NotGenuine, match="changed"):
        proved(foreign, public_keys())


def test_a_new_key_signs_and_the_old_one_still_proves(office, settings):
    old = sign({"no": "a"}).code.encode()
    settings.SIGNING_KEYS = {**settings.SIGNING_KEYS, "s2": "03" * 32}
    assert sign({"no": "a"}).key_id == "s2"
    assert proved(old, public_keys()) == {"no": "a"}


def test_revoking_needs_a_reason_and_shows_on_page_list_and_command(office, client, tmp_path):
    row = issue(office)
    code = paper.code_of(row)
    out = StringIO()
    call_command("verify_certificate", code, stdout=out)
    assert row.no in out.getvalue() and "1 小时 30 分" in out.getvalue()
    with pytest.raises(Refused):
        revoke_certificate(certificate=row, why=" ", by=office.bureau)
    revoke_certificate(certificate=row, why="时长记错了", by=office.bureau)
    page = client.get(reverse("verify", args=[row.no])).content.decode()
    assert "已经作废" in page and "是真的，有效" not in page
    listed = client.get(reverse("verify_revoked")).content
    assert row.no.encode() in listed
    keys, gone = tmp_path / "keys", tmp_path / "gone"
    keys.write_bytes(client.get(reverse("verify_key")).content)
    gone.write_bytes(listed)
    with pytest.raises(CommandError, match="作废"):
        call_command("verify_certificate", code, keys=str(keys), revoked=str(gone))


def test_the_database_keeps_a_revoked_certificate_with_its_reason(office):
    row = issue(office)
    with pytest.raises(IntegrityError), transaction.atomic():
        HourCertificate.objects.filter(pk=row.pk).update(state="revoked")
    with pytest.raises(IntegrityError), transaction.atomic():
        HourCertificate.objects.filter(pk=row.pk).update(minutes=0)


def test_the_public_page_shows_the_masked_name_and_never_a_number_of_a_person(office, client):
    row = issue(office)
    page = client.get(reverse("verify", args=[row.no]))
    text = page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert mask_name(office.volunteer.user.name) in text and office.volunteer.user.name not in text
    assert office.volunteer.badge_no not in text
    assert client.get(reverse("verify", args=["XT-ZM-2026-999999"])).status_code == 404


def test_the_paper_embeds_its_chinese_font_and_its_text_can_be_read(office, tmp_path):
    row = issue(office)
    request = RequestFactory().get("/", HTTP_HOST="testserver")
    assert paper.lacking() == ""
    raw = paper.pdf_of(request, row)
    assert raw.startswith(b"%PDF-")
    streams = [found.group(1) for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", raw, re.DOTALL)]
    plain = raw + b"".join(_inflated(stream) for stream in streams)
    assert re.search(rb"/FontFile[23]\b", plain)
    assert re.search(rb"/FontName\s*/\S*(CJK|Hei|Han)", plain)
    assert len(raw) < 400_000  # a subset, not the whole font
    assert b"beginbfchar" in plain or b"beginbfrange" in plain  # text can be copied
    pdfium = pytest.importorskip("pypdfium2")
    text = "".join(page.get_textpage().get_text_range() for page in pdfium.PdfDocument(raw))
    for wanted in (office.volunteer.user.name, row.no, "志愿服务记录证明", "民政部令第67号", "1 小时 30 分"):
        assert wanted in text
    path = tmp_path / "paper.pdf"
    path.write_bytes(raw)
    out = StringIO()
    call_command("verify_certificate", str(path), stdout=out)
    assert row.no in out.getvalue()


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def test_without_a_chinese_font_the_page_says_so_and_prints_itself(office, client, monkeypatch):
    row = issue(office)
    makers.sign_in(client, office.volunteer.user)
    monkeypatch.setattr(paper, "lacking", lambda: "这台服务器没有中文字体")
    answer = client.get(reverse("services:hours:certificate_pdf", args=[row.no]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("services:hours:certificate", args=[row.no])
    assert "没有中文字体" in answer.content.decode() and row.no in answer.content.decode()


def test_the_mark_carries_the_issuers_name_and_no_star():
    drawn = seal_svg("湘潭县民政局<")
    assert all(letter in drawn for letter in "湘潭县民政局") and "&lt;" in drawn
    assert "★" not in drawn and "polygon" not in drawn


class Certificates(RuleBasedStateMachine):
    """Issuing and revoking in any order: states follow the table, numbers run on, each move leaves one row of each kind."""

    @initialize()
    def begin(self) -> None:
        self.run_of = transaction.atomic()
        self.run_of.__enter__()
        self.office = make_office()
        hours_for(self.office.volunteer, noon(2), 90)
        self.model: dict[str, str] = {}
        self.moves = 0

    @rule(who=st.sampled_from(["bureau", "self"]))
    def issues(self, who: str) -> None:
        by = self.office.bureau if who == "bureau" else self.office.volunteer.user
        try:
            row = issue(self.office, by=by)
        except Refused:
            assert who == "self"
        else:
            assert who == "bureau"
            self.model[row.no] = "issued"
            self.moves += 1

    @rule(n=st.integers(0, 5), why=st.sampled_from(["记错了时长", ""]))
    def revokes(self, n: int, why: str) -> None:
        numbers = sorted(self.model)
        if n < len(numbers):
            row = HourCertificate.objects.get(no=numbers[n])
            try:
                revoke_certificate(certificate=row, why=why, by=self.office.bureau)
            except Refused:
                assert not why or self.model[row.no] == "revoked"
            else:
                assert why and self.model[row.no] == "issued"
                self.model[row.no] = "revoked"
                self.moves += 1

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.run_of.__exit__(None, None, None)

    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        assert dict(HourCertificate.objects.values_list("no", "state")) == self.model
        serials = sorted(HourCertificate.objects.values_list("serial", flat=True))
        assert serials == list(range(1, len(self.model) + 1))
        assert AuditEvent.objects.filter(verb__startswith="certificate.").count() == self.moves
        assert OutboxMessage.objects.filter(topic__startswith="certificate_").count() == self.moves
        assert set(self.model.values()) <= set(CertificateState.values)


def test_the_way_of_certificates_holds_in_any_order():
    run_state_machine_as_test(
        Certificates, settings=settings(max_examples=25, stateful_step_count=15, deadline=None)
    )
