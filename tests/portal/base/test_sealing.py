"""The audit chain and the triggers under it."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from portal.base import append_only, sealing
from portal.base.audit import record
from portal.base.models import AuditEvent, AuditSeal
from portal.base.sealing import Finding

pytestmark = pytest.mark.django_db


def written(count: int, *, seconds_ago: float = 60) -> list[AuditEvent]:
    """Some audit rows, written a while ago."""
    at = timezone.now() - timedelta(seconds=seconds_ago)
    return [
        AuditEvent.objects.create(at=at, verb="test.done", object_no=f"T-{n}", detail={"n": n, "字": "好"})
        for n in range(count)
    ]


@pytest.fixture
def unlocked(db):
    """What the owner of the database can do: take the triggers down."""
    append_only.take_down(connection)
    yield
    append_only.put_up(connection)


def test_settled_rows_are_chained_in_id_order_and_the_chain_holds():
    rows = written(5)
    assert sealing.seal_settled() == 5
    assert list(AuditSeal.objects.order_by("sequence").values_list("event_id", flat=True)) == [
        r.pk for r in rows
    ]
    verdict = sealing.verify()
    assert verdict.findings == []
    assert (verdict.sealed, verdict.unsealed) == (5, 0)
    assert sealing.seal_settled() == 0


def test_a_row_younger_than_the_settle_time_waits():
    record(None, "test.done")
    now = timezone.now()
    assert sealing.seal_settled(at=now) == 0
    assert sealing.verify(at=now).unsealed == 1
    assert sealing.seal_settled(at=now + timedelta(seconds=3)) == 1


def test_a_row_that_commits_late_with_a_lower_id_is_chained_when_it_appears():
    late, *others = written(3)
    slow_transaction = AuditEvent.objects.filter(pk=late.pk)
    append_only.take_down(connection)
    slow_transaction.delete()
    append_only.put_up(connection)
    assert sealing.seal_settled() == 2
    AuditEvent.objects.create(pk=late.pk, at=late.at, verb="test.done", object_no="T-0")
    assert sealing.seal_settled() == 1
    assert AuditSeal.objects.get(event_id=late.pk).sequence == 3
    assert sealing.verify().findings == []
    assert [seal.event_id for seal in AuditSeal.objects.order_by("sequence")] == [
        *(r.pk for r in others),
        late.pk,
    ]


def test_a_straggler_far_behind_the_newest_row_is_taken_by_the_hourly_sweep():
    straggler, newest = written(2)
    append_only.take_down(connection)
    AuditEvent.objects.filter(pk=newest.pk).delete()
    append_only.put_up(connection)
    far = AuditEvent.objects.create(pk=straggler.pk + 20_000, at=straggler.at, verb="test.done")
    AuditSeal.objects.create(event=far, sequence=1, digest=sealing.link(sealing.GENESIS, far))
    assert sealing.seal_settled() == 0
    assert sealing.seal_stragglers() == 1
    assert sealing.verify().findings == []


def test_a_changed_row_is_found(unlocked):
    rows = written(4)
    sealing.seal_settled()
    AuditEvent.objects.filter(pk=rows[1].pk).update(object_no="T-9")
    assert sealing.verify().findings == [Finding("changed", 2, rows[1].pk)]


@pytest.mark.parametrize(
    "change",
    [
        {"verb": "x"},
        {"purpose_mark": "x"},
        {"household_no": "H-1"},
        {"detail": {"n": 2}},
        {"kind": "x"},
        {"at": timezone.now()},
    ],
)
def test_no_field_of_a_row_can_change_unnoticed(unlocked, change):
    rows = written(3)
    sealing.seal_settled()
    AuditEvent.objects.filter(pk=rows[2].pk).update(**change)
    assert [finding.kind for finding in sealing.verify().findings] == ["changed"]


def test_a_removed_row_is_found(unlocked):
    rows = written(4)
    sealing.seal_settled()
    AuditSeal.objects.filter(event=rows[1]).delete()
    AuditEvent.objects.filter(pk=rows[1].pk).delete()
    assert Finding("removed", 2, None) in sealing.verify().findings


def test_a_removed_row_is_found_even_if_the_others_move_up(unlocked):
    rows = written(4)
    sealing.seal_settled()
    AuditSeal.objects.filter(event=rows[1]).delete()
    AuditEvent.objects.filter(pk=rows[1].pk).delete()
    for sequence in (3, 4):
        AuditSeal.objects.filter(sequence=sequence).update(sequence=sequence - 1)
    assert sealing.verify().findings == [Finding("changed", 2, rows[2].pk)]


def test_a_row_inserted_among_older_ones_is_found():
    rows = written(3, seconds_ago=7200)
    append_only.take_down(connection)
    AuditEvent.objects.filter(pk=rows[1].pk).delete()
    append_only.put_up(connection)
    sealing.seal_settled()
    AuditEvent.objects.create(pk=rows[1].pk, at=rows[1].at, verb="forged")
    assert sealing.verify().findings == [Finding("inserted", None, rows[1].pk)]
    sealing.seal_settled()
    assert sealing.verify().findings == [Finding("inserted", 3, rows[1].pk)]


def test_a_row_inserted_with_a_forged_seal_is_found(unlocked):
    rows = written(3)
    sealing.seal_settled()
    forged = AuditEvent.objects.create(verb="forged", at=rows[0].at)
    AuditSeal.objects.filter(sequence=3).update(sequence=4)
    AuditSeal.objects.create(
        event=forged, sequence=3, digest=sealing.link(AuditSeal.objects.get(sequence=2).digest, forged)
    )
    assert sealing.verify().findings == [Finding("changed", 4, rows[2].pk)]


def test_reordered_rows_are_found(unlocked):
    rows = written(4)
    sealing.seal_settled()
    for old, new in ((2, 99), (3, 2), (99, 3)):
        AuditSeal.objects.filter(sequence=old).update(sequence=new)
    found = sealing.verify().findings
    assert {finding.event_id for finding in found} == {rows[2].pk, rows[1].pk, rows[3].pk}


def test_a_cut_off_end_is_found_by_a_head_noted_before(unlocked):
    rows = written(4)
    sealing.seal_settled()
    head = sealing.verify().head
    AuditSeal.objects.filter(event=rows[3]).delete()
    AuditEvent.objects.filter(pk=rows[3].pk).delete()
    assert sealing.verify().findings == []
    assert sealing.verify(expected_head=head).findings == [Finding("cut", 4, None)]


def test_a_chain_written_anew_is_found_by_a_head_noted_before(unlocked):
    rows = written(3)
    sealing.seal_settled()
    head = sealing.verify().head
    AuditSeal.objects.all().delete()
    AuditEvent.objects.filter(pk=rows[0].pk).update(verb="other")
    sealing.seal_settled()
    assert sealing.verify().findings == []
    assert sealing.verify(expected_head=head).findings == [Finding("changed", 3, rows[2].pk)]


def test_the_chain_is_checked_beyond_one_chunk():
    written(sealing._CHUNK + 3)
    sealing.seal_settled()
    verdict = sealing.verify()
    assert verdict.sealed == sealing._CHUNK + 3
    assert verdict.findings == []


def test_a_second_sealer_that_comes_too_late_does_nothing(monkeypatch):
    rows = written(2)
    AuditSeal.objects.create(event=rows[0], sequence=1, digest=sealing.link(sealing.GENESIS, rows[0]))
    monkeypatch.setattr(sealing, "settled", lambda at, everywhere=False: AuditEvent.objects.order_by("pk"))
    assert sealing.seal_settled() == 0
    assert AuditSeal.objects.count() == 1


@pytest.mark.parametrize("model", [AuditEvent, AuditSeal])
def test_the_database_refuses_to_change_or_remove_audit_rows(model):
    written(1)
    sealing.seal_settled()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model.objects.update(**({"verb": "x"} if model is AuditEvent else {"digest": "x"}))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model.objects.all()._raw_delete("default")
    assert model.objects.count() == 1


def test_the_command_tells_the_head_and_fails_on_a_break(unlocked, capsys):
    rows = written(2)
    sealing.seal_settled()
    call_command("verify_audit")
    head = capsys.readouterr().out.splitlines()[-1].removeprefix("head ")
    call_command("verify_audit", head=head)
    AuditEvent.objects.filter(pk=rows[0].pk).update(verb="x")
    with pytest.raises(CommandError) as broken:
        call_command("verify_audit")
    assert broken.value.returncode == 1
    assert f"changed: link 1, row {rows[0].pk}" in capsys.readouterr().out
    with pytest.raises(CommandError) as malformed:
        call_command("verify_audit", head="12")
    assert malformed.value.returncode == 2
