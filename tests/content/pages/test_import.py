"""`import_policy`: pages from files, again and again, without losing what editors wrote."""

import io

import pytest
from django.core.management import CommandError, call_command

from content.models import PolicyPage
from content.pages.actions import import_notice
from tests.content.policy_source import NOTICES, YUNXI, county_plan


def test_a_published_plan_has_its_head_its_clauses_and_its_units(plan):
    assert (plan.document_number, plan.issuer, plan.live) == (
        "云溪县政办发〔2025〕6号",
        "云溪县人民政府办公室",
        True,
    )
    assert plan.url_path.endswith("/policies/2025-6/")
    assert plan.source == YUNXI.read_text("utf-8")
    fourth = plan.clauses.get(anchor="item4")
    assert (fourth.number, fourth.heading) == ("4．", "健全教育救助制度。")
    assert [unit.department.name_zh for unit in fourth.units.all()] == ["县教育局"]


@pytest.mark.seed
def test_the_county_plan_publishes_with_fifteen_clauses_of_the_civil_affairs_bureau(
    network, settings, tmp_path
):
    settings.DATA_DIR = tmp_path
    done = import_notice(text=county_plan().read_text("utf-8"), publish=True)
    assert done.unknown_units == []
    assert done.page.clauses.filter(units__name="县民政局").count() == 15
    assert done.page.clauses.filter(units__department__name_zh="县民政局").count() == 15
    assert done.page.corrections.filter(wrong="特团人员", right="特困人员", anchor="item9").count() == 1
    assert "特团人员" in done.page.clauses.get(anchor="item9").text


def test_a_second_import_keeps_page_rows_anchors_and_the_words_of_the_editors(plan):
    plan.key_points = "<p>编辑写的</p>"
    plan.save_revision().publish()
    before = dict(plan.clauses.exclude(anchor="").values_list("anchor", "pk"))
    again = import_notice(text=YUNXI.read_text("utf-8").replace("学生的助学金", "学生的资助"), publish=True)
    assert not again.created and PolicyPage.objects.count() == 1
    assert dict(again.page.clauses.exclude(anchor="").values_list("anchor", "pk")) == before
    assert "学生的资助" in again.page.clauses.get(anchor="item4").text
    assert again.page.key_points == "<p>编辑写的</p>"


def test_without_publish_a_new_page_stays_hidden_and_a_live_text_stays_as_it_is(plan, client):
    hidden = import_notice(text=NOTICES[0].read_text("utf-8")).page
    assert not hidden.live and client.get(f"/policies/{hidden.slug}/").status_code == 404
    again = import_notice(text=YUNXI.read_text("utf-8").replace("学生的助学金", "学生的资助"))
    assert not again.text_written
    assert "学生的助学金" in again.page.clauses.get(anchor="item4").text


def test_a_clause_that_left_the_text_leaves_the_page(plan):
    text = YUNXI.read_text("utf-8")
    shorter = text[: text.index("（三）加强监督检查")]
    import_notice(text=shorter, publish=True)
    assert not plan.clauses.filter(anchor="s3-3").exists()
    assert plan.clauses.filter(anchor="s3-2").exists()


def test_units_that_the_county_does_not_have_are_named_as_printed(network, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    done = import_notice(text=NOTICES[0].read_text("utf-8"), publish=True)
    assert done.unknown_units == ["各乡镇民政办"]
    assert [u.name for u in done.page.clauses.get(anchor="item2").units.all()] == ["各乡镇民政办"]


def test_two_documents_with_the_same_year_and_serial_get_two_addresses(plan):
    text = YUNXI.read_text("utf-8").replace("云溪县政办发〔2025〕6号", "云溪县政发〔2025〕6号")
    assert import_notice(text=text, publish=True).page.slug == "2025-6-2"


def test_the_command_tells_what_it_did(network, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    out = io.StringIO()
    call_command("import_policy", str(YUNXI), "--publish", stdout=out)
    assert "新建" in out.getvalue() and "/policies/2025-6/" in out.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "第 1 行"),
        ("今天天气好。\n".encode(), "第 1 行"),
        ("好\n".encode("gbk"), "UTF-8"),
        (YUNXI.read_bytes().replace("2．做好".encode(), "9．做好".encode()), "第 16 行"),
    ],  # fmt: skip
)
def test_the_command_names_file_and_line_of_a_wrong_file(db, tmp_path, content, says):
    path = tmp_path / "wrong.txt"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=says):
        call_command("import_policy", str(path))
    assert PolicyPage.objects.count() == 0


def test_the_command_says_when_there_is_no_such_file(db, tmp_path):
    with pytest.raises(CommandError, match="打不开"):
        call_command("import_policy", str(tmp_path / "none.txt"))
