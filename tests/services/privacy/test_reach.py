"""Erasure beyond the rows: exports, brought files, typed reasons, kept forms; the audit chain stays whole."""

import json

import pytest
from django.utils import timezone

from portal.base import sealing
from portal.base.audit import record
from portal.base.filestore import path_of, read_bytes
from portal.base.models import AuditWords
from portal.base.sealing import Finding
from portal.models import AuditEvent, KeptForm, ProtectedFile
from services.exports import actions as exporting
from services.exports.making import make
from services.imports import actions as importing
from services.imports.running import run_turn
from services.models import BatchState, ExportState, Household, ImportBatch, RegisterExport
from services.privacy import erasing
from services.recipients.history import history_of
from tests import makers
from tests.matrix import world as worlds
from tests.services.imports.files import as_csv, as_xlsx, person
from tests.services.privacy.test_erasing import closed, everything_readable, everything_stored

pytestmark = pytest.mark.django_db
SOUGHT = ("name", "phone", "id_number", "address")


@pytest.fixture
def world():
    """Five households with planted secrets; A is struck off."""
    found = worlds.build()
    household = closed(found.files["A"].rows["household"])
    Household.objects.filter(pk=household.pk).update(updated_at=timezone.now())
    household.refresh_from_db()
    found.household = household
    return found


def everything_in_files() -> str:
    """Every stored file whose row is there, opened; and that none lies about without a row."""
    texts, known = [], {file.uid: file for file in ProtectedFile.objects.all()}
    for uid, file in known.items():
        if path_of(uid).exists():
            raw = read_bytes(file)
            texts += [raw.decode("utf-8", "ignore"), raw.decode("gb18030", "ignore")]
    return "\n".join(texts)


def erase(world, capture) -> None:
    """Erase A, as the bureau does."""
    with capture(execute=True):
        erasing.erase_household(
            by=world.people["bureau"], household=world.household, ground="unlawful", at=timezone.now()
        )


def found_of(letter: str, text: str) -> set[str]:
    """Which of the sought secrets of a household stand in a text."""
    return {name for name in SOUGHT if worlds.secret(letter, name) in text}


def export(world, who: str, region: str) -> RegisterExport:
    """The whole register of a township with full names, made and agreed to."""
    columns = ["household_no", "name", "phone", "address"]
    # made while A still stood in the register
    Household.objects.filter(pk=world.household.pk).update(state="active")
    asked = exporting.ask_export(
        by=world.people[who], region=world.rows["region"][region], columns=columns, purpose="核对名单",
        full_names=True,
    )  # fmt: skip
    exporting.answer_export(by=world.people["bureau"], export=asked, agree=True)
    made = make(RegisterExport.objects.get(pk=asked.pk))
    Household.objects.filter(pk=world.household.pk).update(state="closed", updated_at=timezone.now())
    world.household.refresh_from_db()
    assert made.state == ExportState.READY
    return made


def brought(world, label: str, raw: bytes, *, check: bool = True) -> ImportBatch:
    """A file of a township, read and checked."""
    batch = importing.open_batch(
        by=world.people[f"township-{label}"], office=world.rows["region"][label], raw=raw
    )
    if check:
        run_turn(batch)
        importing.start_check(
            by=batch.made_by, batch=batch, mapping={int(at): key for at, key in batch.mapping.items()}
        )
        run_turn(batch)
        batch.refresh_from_db()
        assert batch.state == BatchState.CHECKED
    return batch


def row_of(letter: str, **more: str) -> dict[str, str]:
    """One row of a register about a household's person."""
    facts = {
        "name": "姓名", "id_number": "身份证号", "phone": "联系电话", "address": "门牌地址"
    }  # fmt: skip
    return person(7, "古城村") | {to: worlds.secret(letter, name) for name, to in facts.items()} | more


def wide(number: str) -> str:
    """A number as it comes from some sheets: in full width, with blanks."""
    return " ".join(chr(ord(letter) + 0xFEE0) for letter in number)


def test_an_erasure_takes_the_lists_that_hold_the_household_and_leaves_others(
    world, django_capture_on_commit_callbacks
):
    mine, other = export(world, "township-shitan", "shitan"), export(world, "township-huashi", "huashi")
    assert found_of("A", everything_in_files()) >= {"name", "phone", "address"}
    erase(world, django_capture_on_commit_callbacks)
    for row, state in ((mine, ExportState.GONE), (other, ExportState.READY)):
        row.refresh_from_db()
        assert (row.state, path_of(row.file.uid).exists()) == (state, state == ExportState.READY)
    assert found_of("A", everything_in_files()) == set()
    assert found_of("D", everything_in_files()) >= {"name", "phone"}
    assert AuditEvent.objects.get(verb="export.gone", object_no=mine.no).detail == {"why": "erasure"}
    assert AuditEvent.objects.get(verb="household.erased").detail["exports"] == 1


def test_a_list_made_after_the_file_was_struck_off_stays(world, django_capture_on_commit_callbacks):
    later = export(world, "township-shitan", "shitan")
    RegisterExport.objects.filter(pk=later.pk).update(
        made_at=world.household.updated_at + timezone.timedelta(seconds=1)
    )
    erase(world, django_capture_on_commit_callbacks)
    later.refresh_from_db()
    assert later.state == ExportState.READY and path_of(later.file.uid).exists()


def test_an_erasure_empties_the_rows_of_brought_files_and_what_was_found_in_them(
    world, django_capture_on_commit_callbacks
):
    mine = brought(world, "shitan", as_csv([row_of("A"), row_of("A", 姓名="别人", 身份证号=""), row_of("B")]))
    by_number = brought(
        world, "huashi", as_csv([person(3, "罗汉村") | {"身份证号": wide(worlds.secret("A", "id_number"))}])
    )
    untouched = world.rows["import"]["huashi"]
    before = untouched.file_id
    assert found_of("A", everything_in_files()) == set(SOUGHT)
    erase(world, django_capture_on_commit_callbacks)
    text = everything_in_files()
    assert found_of("A", text) == set() and wide(worlds.secret("A", "id_number")) not in text
    assert found_of("B", text) == set(SOUGHT)
    for batch, rows in ((mine, {2, 3}), (by_number, {2})):
        assert not batch.findings.filter(row__in=rows).exists()
        event = AuditEvent.objects.get(verb="import.rows_erased", object_no=batch.no)
        assert event.detail == {"rows": len(rows)}
    untouched.refresh_from_db()
    assert untouched.file_id == before and untouched.findings.exists()
    # The file goes on: who stays in it is entered, the empty rows are passed over.
    mine.refresh_from_db()
    importing.start_apply(by=mine.made_by, batch=mine)
    run_turn(mine)
    mine.refresh_from_db()
    assert mine.state == BatchState.DONE
    assert found_of("A", everything_stored() + everything_readable()) == set()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_that_waits_to_be_read_goes_as_a_whole_and_one_of_others_stays(
    world, kind, django_capture_on_commit_callbacks
):
    def raw(row):
        return (
            as_csv([row], encoding="gb18030") if kind == "csv" else as_xlsx([list(row), list(row.values())])
        )

    mine = brought(world, "shitan", raw(row_of("A")), check=False)
    other = brought(world, "shitan", raw(row_of("B")), check=False)
    erase(world, django_capture_on_commit_callbacks)
    for batch, state in ((mine, BatchState.STOPPED), (other, BatchState.MAPPING)):
        batch.refresh_from_db()
        assert (batch.state, path_of(batch.file.uid).exists()) == (state, state == BatchState.MAPPING)
    assert (mine.stopped_why, mine.file.size) == ("data_erased", 0)


def test_reasons_about_the_household_or_naming_its_people_go_and_the_chain_stays_whole(
    world, django_capture_on_commit_callbacks
):
    bureau = world.people["bureau"]
    own = record(bureau, "household.closed", world.household, household=world.household, purpose="老人走了")
    name = world.files["A"].rows["person"].name
    naming = record(bureau, "contract.ended", world.files["B"].rows["contract"], purpose=f"因为{name}家的事")
    phone = worlds.secret("A", "phone")
    calling = record(
        bureau,
        "contract.ended",
        world.files["B"].rows["contract"],
        purpose=f"打{phone[:3]} {phone[3:7]}-{phone[7:]}",
    )
    other = record(bureau, "contract.ended", world.files["B"].rows["contract"], purpose="到期了")
    theirs = world.files["B"].rows["household"]
    neighbour = record(bureau, "household.unmasked", theirs, household=theirs, purpose="核对B户")
    asked = exporting.ask_export(
        by=bureau, region=world.rows["region"]["huashi"], columns=["name"], purpose=f"找{name}"
    )
    for digest, typed in (("a" * 64, name), ("b" * 64, "别的")):
        KeptForm.objects.create(
            user=bureau, digest=digest, path="/x/", body=json.dumps({"fields": [["words", typed]], "files": []}),
            valid_to=timezone.now(),
        )  # fmt: skip
    sealing.seal_settled(at=timezone.now() + timezone.timedelta(seconds=5))
    sealed = sealing.verify()
    erase(world, django_capture_on_commit_callbacks)
    reasons = {row.pk: row.purpose for row in AuditEvent.objects.select_related("words")}
    assert {reasons[row.pk] for row in (own, naming, calling)} == {"（理由已删除）"}
    assert (reasons[other.pk], reasons[neighbour.pk]) == ("到期了", "核对B户")
    asked.refresh_from_db()
    assert asked.purpose == "已删除"
    assert list(KeptForm.objects.values_list("digest", flat=True)) == ["b" * 64]
    assert found_of("A", everything_stored() + everything_readable() + everything_in_files()) == set()
    assert "理由已删除" in " ".join(step.text for step in history_of(world.household))
    after = sealing.verify(expected_head=sealed.head)
    assert (sealed.findings, after.findings) == ([], [])


def test_somebody_s_own_reasons_in_the_record_go_with_their_account(
    world, django_capture_on_commit_callbacks
):
    leaving, bureau = world.people["volunteer-liu"], world.people["bureau"]
    leaving.name, leaving.phone, leaving.is_active = "柳绝密", "+8613907319999", False
    leaving.save()
    home = world.files["A"].rows["household"]
    swapped = record(
        bureau, "visits.cancelled", world.files["A"].rows["task"], household=home, purpose="柳绝密请假"
    )
    about = record(bureau, "user.paused", leaving, purpose="本人要求")
    other = record(bureau, "visits.cancelled", world.files["A"].rows["task"], household=home, purpose="下雨")
    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase_user(by=bureau, user=leaving, ground="consent_gone", at=timezone.now())
    kept = set(AuditWords.objects.values_list("event", flat=True))
    assert {swapped.pk, about.pk} & kept == set() and other.pk in kept
    stored = everything_stored() + everything_readable()
    assert "柳绝密" not in stored and "13907319999" not in stored


def test_words_changed_behind_the_record_s_back_are_found_and_no_reason_stands_in_clear():
    user = makers.make_user()
    row = record(user, "household.seen", purpose="核对一户的情况")
    assert "核对一户的情况" not in everything_stored()
    assert AuditEvent.objects.get(pk=row.pk).purpose == "核对一户的情况"
    words = AuditWords.objects.get(event=row)
    words.text = "改过的理由"
    words.save(update_fields=["text"])
    assert Finding("words", None, row.pk) in sealing.verify().findings
    words.text = "核对一户的情况"
    words.save(update_fields=["text"])
    assert sealing.verify().findings == []


def test_the_scan_would_see_a_file_that_erasure_forgets(
    world, monkeypatch, django_capture_on_commit_callbacks
):
    brought(world, "shitan", as_csv([row_of("A"), row_of("B")]))
    monkeypatch.setattr("services.privacy.reach._erase_brought", lambda by, traces: 0)
    erase(world, django_capture_on_commit_callbacks)
    assert "id_number" in found_of("A", everything_in_files())


def test_a_crash_before_the_commit_keeps_every_file(world):
    """The bytes go only after the commit, so that a rolled-back erasure has lost nothing."""
    batch = brought(world, "shitan", as_csv([row_of("A"), row_of("B")]))
    before = path_of(batch.file.uid)
    erasing.erase_household(by=None, household=world.household, ground="period", at=timezone.now())
    assert before.exists()


def test_a_name_alone_in_another_place_s_file_is_somebody_else():
    from services.privacy.reach import Traces

    traces = Traces(
        frozenset({"王芳", "周秀莲"}), frozenset({"430321194001010019"}), places=("430321100001",)
    )
    rows = [
        (["王芳", "女"], True, True), (["王芳", "女"], False, False), (["王芳华", "女"], True, False),
        (["周秀莲的儿子"], True, True), (["4303211940 0101 0019"], False, True), (["罗满秀"], True, False),
    ]  # fmt: skip
    assert [traces.in_row(cells, near=near) for cells, near, _expected in rows] == [row[2] for row in rows]
    assert traces.covered_by("430321") and not traces.covered_by("430322")
