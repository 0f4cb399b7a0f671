"""A standard changes by two people of the bureau, from a day on, after its effect was counted."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from content.models import ChangeState, Standard, StandardChange
from content.rules import actions
from content.rules.effects import count_effects
from content.rules.lifecycle import CHANGE
from content.rules.models import FOREVER
from content.rules.queries import figures_on
from partners.models import Region
from portal.base import public_stamp
from portal.base.models import AuditEvent, OutboxMessage
from portal.base.refused import Refused
from tests import makers

pytestmark = pytest.mark.django_db
COUNTY = "430321"
DAY = date(2027, 1, 1)
GIVEN = {
    "kind": "dibao_rural", "area": COUNTY, "amount": 60000, "document": "试〔2026〕1号", "anchor": "", "source": "",
    "starts_on": DAY,
}  # fmt: skip


@pytest.fixture
def bureau(network):
    """Two people of the bureau, and an editor."""
    county = Region.objects.get(code=COUNTY)
    one, other = (makers.make_post("bureau_staff", county) for _n in range(2))
    return one, other


def propose(by, **changes):
    """A proposal that was counted."""
    row = actions.propose_standard(**(GIVEN | changes), by=by)
    count_effects()
    row.refresh_from_db()
    return row


def code_of(act, **given):
    """The code of the refusal."""
    with pytest.raises(Refused) as refused, transaction.atomic():
        act(**given)
    return refused.value.code


def test_a_published_standard_ends_the_one_before_on_its_day(bureau):
    one, other = bureau
    first = propose(one)
    actions.publish_standard(row=first, version=first.version, by=other)
    second = propose(one, amount=65000, starts_on=DAY + timedelta(days=365))
    before = public_stamp.current()
    actions.publish_standard(row=second, version=second.version, by=other)
    rows = Standard.objects.filter(kind="dibao_rural").values_list("amount", "valid_from", "valid_to")
    assert list(rows) == [(60000, DAY, date(2028, 1, 1)), (65000, date(2028, 1, 1), FOREVER)]
    assert figures_on(date(2027, 12, 31), COUNTY).amount("dibao_rural") == 60000
    assert figures_on(date(2028, 1, 1), COUNTY).amount("dibao_rural") == 65000
    assert before == public_stamp.current()  # told after the commit, not before
    assert second.state == ChangeState.PUBLISHED


def test_a_number_from_a_day_between_two_holds_until_the_later_one(bureau):
    one, other = bureau
    for amount, day in ((60000, DAY), (70000, date(2029, 1, 1)), (65000, date(2028, 1, 1))):
        row = propose(one, amount=amount, starts_on=day)
        actions.publish_standard(row=row, version=row.version, by=other)
    rows = Standard.objects.filter(kind="dibao_rural").values_list("amount", "valid_to")
    assert list(rows) == [(60000, date(2028, 1, 1)), (65000, date(2029, 1, 1)), (70000, FOREVER)]


def test_who_proposed_it_cannot_publish_or_refuse_it_and_another_can(bureau):
    one, other = bureau
    row = propose(one)
    given = {"row": row, "version": row.version}
    assert code_of(actions.publish_standard, **given, by=one) == "own_proposal"
    assert code_of(actions.refuse_standard, **given, reason="不", by=one) == "own_proposal"
    actions.refuse_standard(**given, reason="数额不对", by=other)
    row.refresh_from_db()
    assert (row.state, row.decision, row.decided_by) == (ChangeState.REFUSED, "数额不对", other)
    assert not Standard.objects.filter(kind="dibao_rural").exists()


def test_two_accounts_of_one_human_are_one_person(bureau):
    from portal.accounts.models import Identity

    one, other = bureau
    one.identity = other.identity = Identity.objects.create(name="同一个人", id_blind="x" * 64)
    one.save()
    other.save()
    row = propose(one)
    assert code_of(actions.publish_standard, row=row, version=row.version, by=other) == "own_proposal"


@pytest.mark.parametrize("role", ["editor", "township_cadre", "finance", "sysadmin"])
def test_nobody_but_the_bureau_proposes_or_decides(bureau, role):
    outsider = makers.make_post(role, Region.objects.get(code=COUNTY))
    assert code_of(actions.propose_standard, **GIVEN, by=outsider) == "not_yours"
    row = propose(bureau[0])
    given = {"row": row, "version": row.version, "by": outsider}
    assert code_of(actions.publish_standard, **given) == "not_yours"
    assert code_of(actions.refuse_standard, **given, reason="不") == "not_yours"
    assert code_of(actions.withdraw_standard, **given) == "not_yours"


def test_nothing_is_published_before_its_effect_was_counted(bureau):
    one, other = bureau
    row = actions.propose_standard(**GIVEN, by=one)
    assert code_of(actions.publish_standard, row=row, version=row.version, by=other) == "not_counted"
    assert count_effects() == 1
    row.refresh_from_db()
    actions.publish_standard(row=row, version=row.version, by=other)
    with pytest.raises(IntegrityError), transaction.atomic():
        StandardChange.objects.filter(pk=row.pk).update(households=None)


def test_what_was_counted_is_counted_again_when_another_standard_changed(bureau):
    one, other = bureau
    waits = propose(one, kind="dibao_urban")
    row = propose(one)
    actions.publish_standard(row=row, version=row.version, by=other)
    assert code_of(actions.publish_standard, row=waits, version=waits.version, by=other) == "stale"
    waits.refresh_from_db()
    assert waits.counted_at is None


def test_of_two_answers_the_first_counts(bureau):
    one, other = bureau
    row = propose(one)
    again = StandardChange.objects.get(pk=row.pk)
    actions.withdraw_standard(row=row, version=row.version, by=one)
    assert code_of(actions.publish_standard, row=again, version=again.version, by=other) == "stale"
    assert code_of(actions.publish_standard, row=row, version=row.version, by=other) == "wrong_state"


def test_only_who_proposed_it_takes_it_back(bureau):
    one, other = bureau
    row = propose(one)
    assert code_of(actions.withdraw_standard, row=row, version=row.version, by=other) == "not_yours"
    actions.withdraw_standard(row=row, version=row.version, by=one)


def test_one_proposal_of_a_kind_and_place_waits_at_a_time_and_a_taken_day_is_refused(bureau):
    one, other = bureau
    row = propose(one)
    assert code_of(actions.propose_standard, **GIVEN, by=one) == "already_proposed"
    with pytest.raises(IntegrityError), transaction.atomic():
        StandardChange.objects.create(**GIVEN, no="ST-1", proposed_by=other, proposed_at=timezone.now())
    actions.publish_standard(row=row, version=row.version, by=other)
    assert code_of(actions.propose_standard, **GIVEN, by=one) == "day_taken"


def test_the_database_knows_that_it_takes_two(bureau):
    row = propose(bureau[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        StandardChange.objects.filter(pk=row.pk).update(state="published", decided_by=row.proposed_by)
    with pytest.raises(IntegrityError), transaction.atomic():
        StandardChange.objects.filter(pk=row.pk).update(state="published")
    assert StandardChange.objects.filter(pk=row.pk).update(state="published", decided_by=bureau[1]) == 1


def test_the_others_are_told_and_the_answer_comes_back(bureau):
    one, other = bureau
    row = propose(one)
    assert [m.receiver for m in OutboxMessage.objects.filter(topic="standard_to_decide")] == [other]
    actions.publish_standard(row=row, version=row.version, by=other)
    assert [m.receiver for m in OutboxMessage.objects.filter(topic="standard_answered")] == [one]
    verbs = AuditEvent.objects.filter(object_no=row.no).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["standard.proposed", "standard.counted", "standard.publish"]


@pytest.mark.parametrize("state", ChangeState.values)
@pytest.mark.parametrize("verb", ["publish", "refuse", "withdraw"])
def test_only_a_proposal_moves(state, verb):
    assert CHANGE.allows(state, verb) is (state == "proposed")


def test_the_pages_take_a_proposal_to_its_publication(bureau, client):
    one, other = bureau
    makers.sign_in(client, one)
    typed = {**GIVEN, "amount": "600", "document": "试文 (2026) 1号", "starts_on": "2027-01-01"}
    page = client.post("/desk/standards/propose/", typed)
    row = StandardChange.objects.get()
    assert (page.status_code, page.url) == (302, f"/desk/standards/{row.no}/")
    assert (row.amount, row.document) == (60000, "试文〔2026〕1号")
    html = client.get(page.url).content.decode()
    assert "正在数会影响多少户" in html
    assert "撤回" in html and "同意，公布" not in html
    count_effects()
    row.refresh_from_db()
    makers.sign_in(client, other)
    html = client.get(page.url).content.decode()
    assert "0 户会变" in html and "同意，公布" in html
    assert client.post(f"{page.url}refuse/", {"version": row.version}).status_code == 422
    assert client.post(f"{page.url}publish/", {"version": row.version - 1}).status_code == 422
    assert client.post(f"{page.url}publish/", {"version": row.version}).status_code == 302
    assert "每月 600.00 元" in client.get("/desk/standards/").content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount": "abc"}, "金额只填数字"),
        ({"amount": "0"}, "数额要大于 0"),
        ({"kind": "elder_age", "amount": "60.5"}, "1 到 150"),
        ({"kind": "elder_age", "amount": "151"}, "1 到 150"),
        ({"document": "没有号"}, "文号"),
        ({"starts_on": "2026-02-30"}, "日期"),
        ({"area": "430381"}, ""),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(bureau, client, changes, words):
    makers.sign_in(client, bureau[0])
    page = client.post(
        "/desk/standards/propose/",
        {**GIVEN, "document": "试文〔2026〕1号", "amount": "600", "starts_on": "2027-01-01", **changes},
    )
    assert page.status_code == 422
    assert words in page.content.decode()
    assert not StandardChange.objects.exists()


def test_the_list_takes_as_many_queries_for_thirty_rows_as_for_three(
    bureau, client, django_assert_max_num_queries
):
    makers.sign_in(client, bureau[0])
    for n in range(30):
        Standard.objects.create(
            **{name: value for name, value in GIVEN.items() if name != "starts_on"}
            | {"area": f"{COUNTY}{n:03d}"},
            valid_from=DAY,
        )
        StandardChange.objects.create(
            **GIVEN | {"area": f"{COUNTY}{n:03d}"},
            no=f"ST-{n}",
            proposed_by=bureau[n % 2],
            proposed_at=timezone.now(),
        )
    with django_assert_max_num_queries(20):
        client.get("/desk/standards/")
