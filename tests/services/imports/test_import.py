"""A register comes in: checked, entered, found again."""

from datetime import date

import pytest

from portal.base import topics
from portal.base.models import AuditEvent, OutboxMessage
from portal.base.refused import Refused
from services.imports import actions
from services.imports.running import run_turn
from services.models import (
    BatchState,
    FindingKind,
    Household,
    Likeness,
    LikenessKind,
    NumberRedirect,
    Person,
    PersonCategory,
)
from tests import makers
from tests.services.imports.files import as_csv, as_xlsx, number, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def village():
    return makers.make_region(name="古城村")


@pytest.fixture
def cadre(village):
    return makers.make_post("township_cadre", village.parent)


@pytest.fixture
def bureau(village):
    return makers.make_post("bureau_staff", village.parent.parent)


def bring(by, office, raw, *, write=True, keep_known=False):
    batch = actions.open_batch(by=by, office=office, raw=raw)
    assert run_turn(batch)
    chosen = {int(place): key for place, key in batch.mapping.items()}
    batch = actions.start_check(by=by, batch=batch, mapping=chosen)
    assert run_turn(batch)
    if write:
        batch = actions.start_apply(by=by, batch=batch, keep_known=keep_known)
        assert run_turn(batch)
    batch.refresh_from_db()
    return batch


def counts(batch):
    return batch.count_new, batch.count_changed, batch.count_same, batch.count_bad


def mistakes(batch):
    return list(batch.findings.filter(kind=FindingKind.BAD).values_list("row", "column", "code"))


def test_good_rows_become_households(cadre, village):
    batch = bring(cadre, village.parent, as_csv([person(1, "古城"), person(2, "古城村", name="罗满秀")]))
    assert (batch.state, counts(batch)) == (BatchState.DONE, (2, 0, 0, 0))
    household = Household.objects.get(name="罗满秀")
    head = household.persons.get()
    assert (household.region, household.township, household.phone) == (
        village,
        village.parent,
        "+8613907310002",
    )
    assert (head.id_number, head.sex, str(head.birth_date), head.relation) == (
        number(2),
        "f",
        "1948-03-02",
        "self",
    )
    assert household.name_key == "luo man xiu"
    assert PersonCategory.objects.get(person=head).mode == "dispersed"
    assert set(Household.objects.visible_to(cadre)) == set(Household.objects.all())


def test_one_history_row_a_batch(cadre, village):
    bring(cadre, village.parent, as_csv([person(n, "古城村") for n in range(1, 6)]))
    assert AuditEvent.objects.filter(verb="import.done").count() == 1
    assert not AuditEvent.objects.filter(verb="household.created").exists()


def test_a_dry_run_changes_nothing(cadre, village):
    batch = bring(cadre, village.parent, as_csv([person(1, "古城村")]), write=False)
    assert (batch.state, counts(batch)) == (BatchState.CHECKED, (1, 0, 0, 0))
    assert not Household.objects.exists()


def test_the_same_file_twice_changes_nothing(cadre, village):
    rows = [person(1, "古城村"), person(2, "古城村", name="罗满秀")]
    rows.append(person(3, "古城村", 身份证号="", 性别="女", 出生日期="1950.1.2", name="王冬秀"))
    raw = as_csv(rows)
    bring(cadre, village.parent, raw)
    before = [
        list(model.objects.order_by("pk").values()) for model in (Household, Person, PersonCategory, Likeness)
    ]
    batch = bring(cadre, village.parent, raw)
    assert counts(batch) == (0, 0, 3, 0)
    assert before == [
        list(model.objects.order_by("pk").values()) for model in (Household, Person, PersonCategory, Likeness)
    ]


def test_a_changed_row_changes_the_file_and_its_history(cadre, village):
    bring(cadre, village.parent, as_csv([person(1, "古城村")]))
    batch = bring(
        cadre, village.parent, as_csv([person(1, "古城村", 门牌地址="新屋组9号", 供养方式="集中供养")])
    )
    assert counts(batch) == (0, 1, 0, 0)
    household = Household.objects.get()
    assert household.address == "新屋组9号"
    assert household.persons.get().categories.order_by("-pk").first().mode == "institutional"
    assert AuditEvent.objects.filter(verb="household.changed", household_no=household.no).exists()


def test_known_files_are_kept_when_asked(cadre, village):
    bring(cadre, village.parent, as_csv([person(1, "古城村")]))
    bring(cadre, village.parent, as_csv([person(1, "古城村", 门牌地址="新屋组9号")]), keep_known=True)
    assert Household.objects.get().address == "1号"


def test_an_empty_cell_erases_nothing(cadre, village):
    bring(cadre, village.parent, as_csv([person(1, "古城村")]))
    batch = bring(cadre, village.parent, as_csv([person(1, "古城村", 门牌地址="", 联系电话="")]))
    assert counts(batch) == (0, 0, 1, 0)


def test_every_mistake_is_told_by_row_and_the_good_rows_go_in(cadre, village):
    rows = [
        person(1, "古城村"),
        person(2, "别处村"),
        person(3, "古城村", 身份证号="43032119480302001"),
        person(1, "古城村", name="罗满秀"),
        person(5, "古城村", name="", 联系电话="1390"),
    ]
    batch = bring(cadre, village.parent, as_csv(rows))
    assert counts(batch) == (1, 0, 0, 4)
    assert mistakes(batch) == [
        (3, "village", "village"),
        (4, "id_number", "id_length"),
        (5, "id_number", "id_twice_in_file"),
        (6, "phone", "phone"),
        (6, "name", "name_empty"),
    ]
    assert Household.objects.count() == 1


def test_a_household_of_several_rows_goes_in_whole_or_not(cadre, village):
    rows = [
        person(1, "古城村", 户号="7", 与户主关系="户主"),
        person(2, "古城村", 户号="7", 与户主关系="配偶", name="周老五", 身份证号="1"),
        person(3, "古城村", 户号="8", 与户主关系="户主", name="罗满秀"),
        person(4, "古城村", 户号="8", 与户主关系="儿子", name="周小满"),
    ]
    batch = bring(cadre, village.parent, as_csv(rows))
    assert counts(batch) == (2, 0, 0, 2)
    assert (2, "", "household_waits") in mistakes(batch)
    assert Household.objects.get().persons.count() == 2


@pytest.mark.parametrize(
    ("relations", "code"),
    [(("户主", "户主"), "head_twice"), (("配偶", "子女"), "head_missing"), (("户主", ""), "relation_empty")],
)
def test_a_household_has_one_head(cadre, village, relations, code):
    rows = [person(n, "古城村", 户号="7", 与户主关系=word) for n, word in enumerate(relations, start=1)]
    assert code in {each[2] for each in mistakes(bring(cadre, village.parent, as_csv(rows)))}


def test_rows_of_one_household_stand_together(cadre, village):
    rows = [person(n, "古城村", 户号=key, 与户主关系="户主") for n, key in enumerate("787", start=1)]
    assert (4, "household_key", "household_apart") in mistakes(bring(cadre, village.parent, as_csv(rows)))


def test_an_office_imports_only_into_its_own_area(cadre, village):
    other = makers.make_region(name="罗汉村", parent=makers.make_region("township", village.parent.parent))
    batch = bring(cadre, village.parent, as_csv([person(1, "罗汉村"), person(2, "古城村")]))
    assert mistakes(batch) == [(2, "village", "village")]
    with pytest.raises(Refused) as refused:
        actions.open_batch(by=cadre, office=other.parent, raw=as_csv([person(1, "罗汉村")]))
    assert refused.value.code == "not_your_office"


def test_the_bureau_imports_for_the_whole_county(bureau, village):
    makers.make_region(name="罗汉村", parent=makers.make_region("township", village.parent.parent))
    batch = bring(bureau, village.parent.parent, as_csv([person(1, "罗汉村"), person(2, "古城村")]))
    assert counts(batch) == (2, 0, 0, 0)


def test_a_village_name_in_two_townships_needs_its_township(bureau, village):
    town = makers.make_region("township", village.parent.parent, name="花石镇")
    makers.make_region(name="古城村", parent=town)
    assert mistakes(bring(bureau, town.parent, as_csv([person(1, "古城村")]))) == [
        (2, "township", "village_twice")
    ]
    bring(bureau, town.parent, as_csv([person(1, "古城村", 乡镇="花石")]))
    assert Household.objects.get().township == town


def test_a_number_known_elsewhere_is_entered_and_told_to_nobody_but_the_bureau(cadre, bureau, village):
    there = makers.make_region(name="罗汉村", parent=makers.make_region("township", village.parent.parent))
    bring(bureau, village.parent.parent, as_csv([person(1, "罗汉村")]))
    raw = as_csv([person(1, "古城村")])
    batch = bring(cadre, village.parent, raw)
    assert counts(batch) == (1, 0, 0, 0)
    assert not batch.findings.exists()
    pair = Likeness.objects.get()
    assert pair.kind == LikenessKind.NUMBER
    assert not Likeness.objects.visible_to(cadre).exists()
    assert Likeness.objects.visible_to(bureau).get() == pair
    assert counts(bring(cadre, village.parent, raw)) == (0, 0, 1, 0)
    assert Household.objects.count() == 2
    assert Household.objects.filter(region=there).get().persons.get().id_blind


@pytest.mark.parametrize(("name", "kind"), [("周桂银", "sound"), ("周贵英", "sound"), ("周桂英", "name")])
def test_a_homophone_of_the_same_village_and_age_is_a_suggestion_and_stops_nothing(
    cadre, village, name, kind
):
    bring(cadre, village.parent, as_csv([person(1, "古城村", name="周桂英")]))
    batch = bring(cadre, village.parent, as_csv([person(2, "古城村", name=name)]))
    assert (counts(batch), batch.count_alike) == ((1, 0, 0, 0), 1)
    assert Likeness.objects.get().kind == kind
    assert PersonCategory.objects.count() == 2


@pytest.mark.parametrize(
    "row",
    [person(2, "新湖村", name="周桂银"), person(2, "古城村", name="周桂银", 身份证号=number(2, "19600302"))],
)
def test_another_village_or_age_is_no_suggestion(cadre, village, row):
    makers.make_region(name="新湖村", parent=village.parent)
    bring(cadre, village.parent, as_csv([person(1, "古城村", name="周桂英")]))
    bring(cadre, village.parent, as_csv([row]))
    assert not Likeness.objects.exists()


def test_two_alike_in_one_file_are_a_suggestion_too(cadre, village):
    rows = [person(1, "古城村", name="周桂英"), person(2, "古城村", name="周桂银")]
    for row, name in zip(rows, "英银", strict=True):
        assert row["姓名"].endswith(name)
    bring(cadre, village.parent, as_csv(rows))
    assert bring(cadre, village.parent, as_csv(rows)).count_same == 2


def test_a_workbook_comes_in_as_well(cadre, village):
    from datetime import date

    rows = [
        ["石潭镇特困人员名册"],
        ["序号", "姓名", "身份证号码", "村名", "纳入日期", "供养形式"],
        [1, "周桂英", number(1), "古城村", date(2021, 11, 15), "集中"],
        [2, "罗满秀", 4.30321194803e17, "古城村", 44515, "分散"],
    ]
    batch = bring(cadre, village.parent, as_xlsx(rows))
    assert counts(batch) == (1, 0, 0, 1)
    assert mistakes(batch) == [(4, "id_number", "id_as_number")]
    assert str(PersonCategory.objects.get().valid_from) == "2021-11-15"


def test_the_office_is_remembered(cadre, village):
    raw = as_csv([person(1, "古城村") | {"备注栏": "聋"}])
    batch = actions.open_batch(by=cadre, office=village.parent, raw=raw)
    run_turn(batch)
    chosen = {int(place): key for place, key in batch.mapping.items()}
    actions.start_check(by=cadre, batch=batch, mapping=chosen | {7: "door_note"})
    again = actions.open_batch(by=cadre, office=village.parent, raw=raw)
    assert again.mapping["7"] == "door_note"


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({0: "name"}, "columns_missing"),
        ({0: "name", 1: "name"}, "column_twice"),
        ({0: "salary"}, "column_unknown"),
        ({99: "name"}, "column_unknown"),
    ],
)
def test_columns_that_cannot_be(cadre, village, mapping, code):
    batch = actions.open_batch(by=cadre, office=village.parent, raw=as_csv([person(1, "古城村")]))
    run_turn(batch)
    with pytest.raises(Refused) as refused:
        actions.start_check(by=cadre, batch=batch, mapping=mapping)
    assert refused.value.code == code


def test_who_lost_the_right_imports_no_further(cadre, village):
    batch = actions.open_batch(by=cadre, office=village.parent, raw=as_csv([person(1, "古城村")]))
    run_turn(batch)
    chosen = {int(place): key for place, key in batch.mapping.items()}
    batch = actions.start_check(by=cadre, batch=batch, mapping=chosen)
    cadre.posts.all().delete()
    run_turn(batch)
    assert (batch.state, batch.stopped_why) == (BatchState.STOPPED, "right_lost")


def test_a_category_that_excludes_what_stands_is_told_in_the_dry_run_already(cadre, village):
    bring(cadre, village.parent, as_csv([person(1, "古城村")]))
    row = person(1, "古城村", 供养方式="", 人员类别="低保", 低保类别="B类")
    batch = bring(cadre, village.parent, as_csv([row]), write=False)
    assert mistakes(batch) == [(2, "", "category_excluded")]
    assert PersonCategory.objects.get().kind == "tekun"


def test_dibao_comes_in_with_its_class(cadre, village):
    bring(cadre, village.parent, as_csv([person(1, "古城村", 供养方式="", 人员类别="低保", 低保类别="Ｂ")]))
    row = PersonCategory.objects.get()
    assert (row.kind, row.mode, row.dibao_class) == ("dibao", "", "B")


def test_the_last_verification_comes_in_and_only_a_later_one_replaces_it(cadre, village):
    def known_after(day):
        batch = bring(cadre, village.parent, as_csv([person(1, "古城村", 最近复核日期=day)]))
        return counts(batch)[:3], PersonCategory.objects.get().verified_on

    assert known_after("2025年3月9日") == ((1, 0, 0), date(2025, 3, 9))
    assert known_after("2026.2.1") == ((0, 1, 0), date(2026, 2, 1))
    assert known_after("2025-12-31") == ((0, 0, 1), date(2026, 2, 1))
    assert known_after("") == ((0, 0, 1), date(2026, 2, 1))
    assert AuditEvent.objects.filter(verb="person.verified").count() == 1


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"上次核查": "2021-11-14"}, "verified_early"),
        ({"上次核查": "2090-01-01"}, "verified_future"),
        ({"上次核查": "2025-01-01", "供养方式": "", "纳入时间": ""}, "verified_of_what"),
    ],
)
def test_a_last_verification_that_cannot_be_is_told(cadre, village, cells, code):
    batch = bring(cadre, village.parent, as_csv([person(1, "古城村", **cells)]), write=False)
    assert mistakes(batch) == [(2, "verified_on", code)]


def test_a_verification_before_the_registered_start_is_told_in_the_dry_run(cadre, village):
    bring(cadre, village.parent, as_csv([person(1, "古城村", 纳入时间="2024-01-01")]))
    row = person(1, "古城村", 纳入时间="2021-11-15", 上次核查="2022-01-01")
    assert [
        code for _row, _column, code in mistakes(bring(cadre, village.parent, as_csv([row]), write=False))
    ] == ["verified_early"]


def test_a_number_that_a_merge_took_away_leads_to_the_file_that_was_kept(bureau, village):
    kept = makers.make_household(village, name="周桂英")
    NumberRedirect.objects.create(old_no="H-00000099", household=kept, reason="同一户", merged_by=bureau)
    rows = [{"档案编号": "H-00000099", "姓名": "周桂英", "村": "古城村", "门牌地址": "9号"}]
    batch = bring(bureau, village.parent.parent, as_csv(rows))
    assert mistakes(batch) == []
    kept.refresh_from_db()
    assert kept.address == "9号"
    assert Household.objects.count() == 1


def test_an_old_number_of_another_office_leads_nowhere(cadre, village):
    elsewhere = makers.make_household(makers.make_region(parent=makers.make_region("township")))
    NumberRedirect.objects.create(old_no="H-00000098", household=elsewhere, reason="同一户", merged_by=cadre)
    rows = [
        {"档案编号": "H-00000098", "姓名": "周桂英", "村": "古城村", "性别": "女", "出生日期": "1948-03-02"}
    ]
    batch = bring(cadre, village.parent, as_csv(rows))
    assert [code for _row, _column, code in mistakes(batch)] == ["household_unknown"]


def test_who_brought_a_file_is_told_when_it_is_checked_and_when_it_is_done(cadre, village):
    told = OutboxMessage.objects.filter(receiver=cadre).order_by("pk").values_list("topic", flat=True)
    batch = bring(cadre, village.parent, as_csv([person(1, "古城村")]), write=False)
    assert list(told.all()) == ["import_checked"]
    message = OutboxMessage.objects.get(topic="import_checked")
    assert topics.may_receive(cadre, message) and batch.no in topics.words_of(message)
    assert not topics.may_receive(makers.make_post("township_cadre", village.parent), message)
    assert run_turn(actions.start_apply(by=cadre, batch=batch))
    assert list(told.all()) == ["import_checked", "import_done"]
    again = bring(cadre, village.parent, as_csv([person(2, "古城村")]), write=False)
    actions.give_up(by=cadre, batch=again)
    assert "import_stopped" not in list(told.all())


def test_the_words_of_the_english_hints_are_read_too(cadre, village):
    row = person(1, "古城村", 性别="male", 供养方式="In an institution", 人员类别="tekun", 与户主关系="head")
    batch = bring(cadre, village.parent, as_csv([row]))
    assert mistakes(batch) == []
    assert PersonCategory.objects.get().mode == "institutional"
