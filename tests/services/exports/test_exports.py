"""Registers go out with masks, a ground, a watermark, a day's life and, for full names, a second person."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from portal.base.models import AuditEvent, OutboxMessage
from portal.base.refused import Refused
from portal.models import Identity, User
from services.exports import actions, jobs
from services.exports.access import export_for
from services.exports.making import expire, make
from services.imports.reading import read_sheet
from services.models import ExportState, Household, Likeness, Person, PersonCategory, RegisterExport
from tests import makers
from tests.services.imports.files import as_csv, person
from tests.services.imports.test_import import bring, counts

pytestmark = pytest.mark.django_db
EVERY = [
    "household_no", "name", "relation", "id_number", "sex", "birth_date", "phone", "township", "village", "group",
    "address", "category", "mode", "dibao_class", "since", "self_care",
]  # fmt: skip
NAME, ADDRESS = "周绝英", "绝密路8号"


@pytest.fixture
def village():
    return makers.make_region(name="古城村")


@pytest.fixture
def cadre(village):
    return makers.make_post("township_cadre", village.parent, makers.make_user("田志远"))


@pytest.fixture
def bureau(village):
    return makers.make_post("bureau_staff", village.parent.parent, makers.make_user("沈子安"))


@pytest.fixture
def registered(cadre, village):
    rows = [
        person(1, "古城村", name=NAME, 门牌地址=ADDRESS, 上次核查="2026-03-09"),
        person(2, "古城村", name="罗满秀"),
    ]
    bring(cadre, village.parent, as_csv(rows))
    return Household.objects.order_by("pk")


def exported(by, region, *, columns=None, full=False, second=None, purpose="核对第四季度名单"):
    export = actions.ask_export(
        by=by, region=region, columns=columns or EVERY, purpose=purpose, full_names=full
    )
    if second:
        actions.answer_export(by=second, export=export, agree=True)
    make(RegisterExport.objects.get(pk=export.pk))
    export.refresh_from_db()
    return export


def text_of(export):
    return actions.take(by=export.asked_by, export=export).decode("utf-8-sig")


def test_a_township_gets_masked_names_and_the_tail_of_numbers(cadre, village, registered):
    text = text_of(exported(cadre, village.parent))
    number = registered[0].persons.get().id_number
    assert NAME not in text and "周*英" in text
    assert number not in text and f"****{number[-4:]}" in text
    assert ADDRESS in text and "13907310001" in text


def test_the_county_gets_masks_where_its_pages_have_masks(bureau, village, registered):
    text = text_of(exported(bureau, village.parent.parent))
    assert ADDRESS not in text and "13907310001" not in text and NAME not in text
    assert "139****0001" in text


def test_the_first_line_says_who_when_and_why(cadre, village, registered):
    first = text_of(exported(cadre, village.parent)).splitlines()[0]
    assert "田志远" in first and "核对第四季度名单" in first and str(timezone.localdate()) in first


def test_only_rows_of_one_s_own_area(cadre, bureau, village, registered):
    other = makers.make_region(name="罗汉村", parent=makers.make_region("township", village.parent.parent))
    makers.make_household(other, name="刘远方")
    export = exported(cadre, village.parent)
    assert export.rows == 2 and "刘*方" not in text_of(export)
    assert exported(bureau, village.parent.parent).rows == 3
    with pytest.raises(Refused) as refused:
        actions.ask_export(by=cadre, region=other.parent, columns=["name"], purpose="核对名单")
    assert refused.value.code == "not_your_area"


def test_the_right_counts_when_the_export_is_made_not_when_it_was_asked_for(cadre, village, registered):
    export = actions.ask_export(by=cadre, region=village.parent, columns=EVERY, purpose="核对名单")
    cadre.posts.all().delete()
    make(RegisterExport.objects.get(pk=export.pk))
    export.refresh_from_db()
    assert (export.state, export.file) == (ExportState.FAILED, None)


def test_full_names_need_a_second_person(cadre, bureau, village, registered):
    export = actions.ask_export(
        by=cadre, region=village.parent, columns=["name"], purpose="打印慰问名单", full_names=True
    )
    assert export.state == ExportState.WAITING
    assert not jobs._queued()
    assert OutboxMessage.objects.filter(topic="export_to_agree", receiver=bureau).exists()
    actions.answer_export(by=bureau, export=export, agree=True)
    make(RegisterExport.objects.get(pk=export.pk))
    export.refresh_from_db()
    assert NAME in text_of(export)


def test_nobody_agrees_to_their_own_export_with_either_account(cadre, village, registered):
    export = actions.ask_export(
        by=cadre, region=village.parent, columns=["name"], purpose="打印名单", full_names=True
    )
    twin = makers.make_post("township_cadre", village.parent)
    cadre.identity = twin.identity = Identity.objects.create(name="田志远")
    cadre.save()
    twin.save()
    export = RegisterExport.objects.get(pk=export.pk)
    for person_ in (cadre, twin):
        with pytest.raises(Refused) as refused:
            actions.answer_export(by=person_, export=export, agree=True)
        assert refused.value.code == "same_person"


def test_a_no_needs_a_reason_and_ends_it(cadre, bureau, village, registered):
    export = actions.ask_export(
        by=cadre, region=village.parent, columns=["name"], purpose="打印名单", full_names=True
    )
    with pytest.raises(Refused) as refused:
        actions.answer_export(by=bureau, export=export, agree=False)
    assert refused.value.code == "words_empty"
    actions.answer_export(by=bureau, export=export, agree=False, words="用遮住的就够了")
    with pytest.raises(Refused):
        actions.answer_export(by=bureau, export=export, agree=True)


@pytest.mark.parametrize(
    ("more", "code"),
    [({"purpose": "看看"}, "purpose_empty"), ({"columns": []}, "columns_empty"), ({"columns": ["health"]}, "column_unknown")],
)  # fmt: skip
def test_an_export_needs_a_ground_and_columns_that_exist(cadre, village, more, code):
    wanted = {"region": village.parent, "columns": ["name"], "purpose": "核对名单"} | more
    with pytest.raises(Refused) as refused:
        actions.ask_export(by=cadre, **wanted)
    assert refused.value.code == code


def test_a_link_works_for_its_asker_for_a_day_while_the_right_stands(cadre, bureau, village, registered):
    export = exported(cadre, village.parent)
    assert export_for(cadre, export.no, to="download") == export
    with pytest.raises(Http404):
        export_for(bureau, export.no, to="download")
    RegisterExport.objects.filter(pk=export.pk).update(expires_at=timezone.now())
    with pytest.raises(Http404):
        export_for(cadre, export.no, to="download")
    RegisterExport.objects.filter(pk=export.pk).update(expires_at=timezone.now() + timedelta(hours=1))
    assert export_for(cadre, export.no, to="download") == export
    cadre.posts.all().delete()
    with pytest.raises(Http404):
        export_for(User.objects.get(pk=cadre.pk), export.no, to="download")


def test_after_a_day_the_bytes_are_gone(cadre, village, registered):
    export = exported(cadre, village.parent)
    assert expire(timezone.now() + timedelta(hours=23)) == 0
    assert expire(timezone.now() + timedelta(hours=25)) == 1
    export.refresh_from_db()
    assert export.state == ExportState.GONE
    with pytest.raises(FileNotFoundError):
        actions.take(by=cadre, export=export)


def test_every_step_leaves_a_line(cadre, village, registered):
    export = exported(cadre, village.parent, columns=["name", "village"])
    actions.take(by=cadre, export=export)
    rows = {row.verb: row for row in AuditEvent.objects.filter(object_no=export.no)}
    assert set(rows) == {"export.asked", "export.made", "export.taken"}
    assert rows["export.made"].purpose == "核对第四季度名单"
    assert rows["export.made"].detail["columns"] == ["name", "village"]
    assert rows["export.made"].detail["rows"] == 2


def test_no_cell_begins_a_formula(cadre, village):
    bring(cadre, village.parent, as_csv([person(1, "古城村", 门牌地址='=HYPERLINK("x")')]))
    export = exported(cadre, village.parent, purpose="=1+1 核对名单")
    cells = [cell for row in text_of(export).splitlines() for cell in row.split(",")]
    assert not [cell for cell in cells if cell.strip('"').startswith(("=", "+", "-", "@"))]


def test_what_goes_out_with_full_names_comes_in_again_and_changes_nothing(cadre, bureau, village, registered):
    export = exported(cadre, village.parent, full=True, second=bureau)
    raw = actions.take(by=cadre, export=export)
    assert len(list(read_sheet(raw).rows)) == 4
    before = [list(model.objects.order_by("pk").values()) for model in (Household, Person, PersonCategory)]
    batch = bring(cadre, village.parent, raw)
    assert counts(batch) == (0, 0, 2, 0)
    assert before == [
        list(model.objects.order_by("pk").values()) for model in (Household, Person, PersonCategory)
    ]
    assert not Likeness.objects.exists()


def test_a_masked_export_comes_in_nowhere(cadre, village, registered):
    batch = bring(cadre, village.parent, actions.take(by=cadre, export=exported(cadre, village.parent)))
    assert counts(batch) == (0, 0, 0, 2)
    assert "masked_name" in set(batch.findings.values_list("code", flat=True))
