"""Reading official notices: what is found, that no character is lost, and what a wrong file is told."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.pages.document import parse_notice
from content.pages.grammar import DocumentError, han_number, split_heading, units_of
from tests.content.policy_source import NOTICES, YUNXI, county_plan

pytestmark = pytest.mark.seed

# domain.md 6.1, as printed.
COUNTY_UNITS = {
    "item4": "县民政局、县退役军人事务局、县财政局、乡镇人民政府",
    "item5": "县财政局、县民政局、县退役军人事务局、县发改局",
    "item6": "县民政局、乡镇人民政府",
    "item7": "县医保局、县卫健局",
    "item8": "县教育局",
    "item9": "县住建局",
    "item10": "县人社局、县民政局",
    "item11": "县应急局",
    "item12": "县公安局、县司法局、县民政局、县法院、县残联、县水利局、县住建局、县融媒体中心、县供电公司",
    "item13": "县民政局、县退役军人事务局、乡镇人民政府",
    "item14": "县民政局、县公安局、县城管执法局、乡镇人民政府",
    "item15": "县应急局、县发改局、县民政局、县退役军人事务局、县财政局、县人社局、乡镇人民政府",
    "item16": "县民政局、乡镇人民政府",
    "item17": "县民政局、县医保局、县卫健局、县教育局、县住建局、县人社局、县应急局、乡镇人民政府",
    "item18": "县民政局、乡镇人民政府",
    "item19": "县民政局、县财政局",
    "item20": "县民政局、县财政局",
    "s3-1": "县直相关单位、乡镇人民政府",
    "s3-2": "县民政局、县财政局、乡镇人民政府",
    "s3-3": "县纪委监委、县民政局",
}


def plan_text() -> str:
    return county_plan().read_bytes().decode("utf-8")


def test_the_head_of_the_county_plan_is_read():
    notice = parse_notice(plan_text())
    assert notice.issuer == "湘潭县人民政府办公室"
    assert notice.number.text == "潭县政办发〔2021〕11号"
    assert notice.title == "湘潭县人民政府办公室关于印发《湘潭县社会救助综合改革工作实施方案》的通知"
    assert notice.addressees == "各乡镇人民政府，县直机关各相关单位，天易经开区办公室："
    assert notice.written_on == date(2021, 11, 15)
    assert notice.part_title == "湘潭县社会救助综合改革工作实施方案"


def test_the_county_plan_has_twenty_items_and_three_safeguards_with_their_units():
    clauses = parse_notice(plan_text()).clauses()
    assert [c.anchor for c in clauses if c.kind == "item"] == [f"item{n}" for n in range(1, 21)]
    assert [c.anchor for c in clauses if c.anchor.startswith("s3-")] == ["s3-1", "s3-2", "s3-3"]
    assert {c.anchor: "、".join(c.units) for c in clauses if c.units} == COUNTY_UNITS
    assert sum("县民政局" in c.units for c in clauses) == 15


def test_the_county_plan_keeps_its_misprints():
    text = parse_notice(plan_text()).text()
    assert "特团人员" in text and "物资十服务" in text and "参入" in text and "县财政局、）" in text


@pytest.mark.parametrize("path", [*NOTICES, YUNXI], ids=lambda path: path.stem)
def test_every_character_of_a_notice_stays(path):
    text = path.read_bytes().decode("utf-8")
    notice = parse_notice(text)
    assert notice.text() == text
    assert len({c.anchor for c in notice.clauses()}) == len(notice.clauses())


def test_every_character_of_the_county_plan_stays():
    assert parse_notice(plan_text()).text() == plan_text()


HEADS = {
    "01-letter-only": ("云溪县民政局", "云民函〔2025〕14号", date(2025, 12, 1), 6),
    "02-han-date-two-issuers": ("云溪县民政局、云溪县财政局", "云民发〔2025〕8号", date(2025, 6, 9), 2),
    "03-items-start-again": ("云溪县人民政府", "云溪县政发〔2024〕3号", date(2024, 2, 5), 10),
    "04-spaces-and-ascii": ("云溪县民政局", "云民发〔2025〕21号", date(2025, 9, 1), 2),
    "05-attachment": ("云溪县医疗保障局", "云医保发〔2025〕2号", date(2025, 10, 20), 2),
    "06-measure-by-order": ("云省民政厅", "云省民政厅令第12号", date(2023, 5, 8), 8),
    "07-order-with-letter": ("云省民政厅", "云省民政厅令第21号", date(2025, 2, 21), 7),
    "08-contents-first": ("云省人民政府", "云省人民政府令第58号", date(2024, 9, 26), 9),
}


@pytest.mark.parametrize("path", NOTICES, ids=lambda path: path.stem)
def test_other_notices_of_this_grammar_are_read(path):
    notice = parse_notice(path.read_text("utf-8"))
    head = (notice.issuer, notice.number.text, notice.written_on, len(notice.clauses()))
    assert head == HEADS[path.stem]


def test_a_measure_has_chapters_and_articles_and_its_lists_stay_inside_the_article():
    clauses = parse_notice(NOTICES[5].read_text("utf-8")).clauses()
    assert [c.anchor for c in clauses] == ["c1", "a1", "a2", "c2", "a3", "a4", "c3", "a5"]
    third = clauses[4]
    assert len(third.paragraphs) == 4 and third.paragraphs[2].startswith("（一）")
    assert clauses[5].units == ("乡镇人民政府",)


def test_an_order_is_named_after_the_measure_that_its_letter_announces():
    notice = parse_notice(NOTICES[6].read_text("utf-8"))
    assert (notice.title, notice.part_title) == ("云省示例照料办法", "云省示例照料办法")
    assert [c.anchor for c in notice.clauses()] == ["c1", "a1", "a2", "c2", "a3", "c3", "a4"]


def test_a_table_of_contents_is_kept_and_is_no_clause():
    notice = parse_notice(NOTICES[7].read_text("utf-8"))
    assert sum(block.kind == "contents" for block in notice.blocks) == 6
    assert [c.anchor for c in notice.clauses()] == [
        "c1", "a1", "c2", "c2-1", "a2", "c2-2", "a3", "c3", "a4",
    ]  # fmt: skip


def test_units_on_a_line_of_their_own_belong_to_the_clause_before():
    clauses = parse_notice(NOTICES[1].read_text("utf-8")).clauses()
    assert clauses[0].units == ("县财政局", "县民政局", "乡镇人民政府")
    assert clauses[1].units == ("县民政局",)


def test_items_that_start_again_get_an_address_of_their_own():
    anchors = [c.anchor for c in parse_notice(NOTICES[2].read_text("utf-8")).clauses()]
    assert "item1" in anchors and "s1-2-item1" in anchors


def test_text_of_an_attachment_does_not_join_the_clause_before_the_signature():
    clauses = parse_notice(NOTICES[4].read_text("utf-8")).clauses()
    assert "类别" not in "".join(clauses[-1].paragraphs)


HEAD = "云民发〔2025〕1号\n云溪县民政局关于试验的通知\n各乡镇：\n"
TAIL = "云溪县民政局\n2025年3月1日\n"
WRONG = [
    ("", 1, "空"),
    ("\n \n　\n", 1, "空"),
    ("今天天气很好。\n明天也好。\n", 1, "标题"),
    ("云溪县民政局关于试验的通知\n各乡镇：\n正文。\n" + TAIL, 1, "文号"),
    ("云民发〔25〕1号\n云溪县民政局关于试验的通知\n正文。\n" + TAIL, 1, "年份"),
    ("云民发〔2025〕第1号\n云溪县民政局关于试验的通知\n正文。\n" + TAIL, 1, "第"),
    (HEAD + "正文。\n", 4, "成文日期"),
    (HEAD + "正文。\n云溪县民政局\n2025年13月1日\n", 6, "13月"),
    (HEAD + TAIL, 5, "正文"),
    (HEAD + "一、甲\n三、乙\n" + TAIL, 5, "第 2 个"),
    (HEAD + "1．甲事。做。\n3．乙事。做。\n" + TAIL, 5, "第 2 个"),
    (HEAD + "1．甲事。做好。（责任单位：县民政局\n" + TAIL, 4, "没有收尾"),
    (HEAD + "1．甲事。做好。（责任单位：、）\n" + TAIL, 4, "没有单位"),
    (HEAD + "1．甲事。做好。（责任单位：县民政局）另外再说。\n" + TAIL, 4, "括号后面"),
    (HEAD + "1．\n" + TAIL, 4, "没有内容"),
    (HEAD + "正\x00文。\n" + TAIL, 4, "控制字符"),
    ("云省民政厅令\n第0号\n《云省示例办法》已经通过。\n2025年2月21日\n", 2, "号"),
]


@pytest.mark.parametrize(("text", "line", "says"), WRONG)
def test_a_wrong_file_is_told_the_line_and_the_remedy(text, line, says):
    with pytest.raises(DocumentError) as caught:
        parse_notice(text)
    assert caught.value.line == line
    assert says in caught.value.message


PIECES = st.sampled_from(
    [
        "云民发〔2025〕1号",
        "云溪县民政局",
        "关于《甲",
        "》的通知",
        "：",
        "一、",
        "（一）",
        "（十十）",
        "1．",
        "99、",
        "第一条　",
        "第三章",
        "（责任单位：",
        "县民政局",
        "、",
        "）",
        "2025年2月30日",
        "2025年1月1日",
        "（2025年1月9日令第号）",
        "\n",
        "　",
        "。",
        "\x00",
        "\u2028",
        "\ud800",
        "①",
    ]  # fmt: skip
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join))
def test_any_text_is_read_whole_or_refused_with_a_line(text):
    try:
        notice = parse_notice(text)
    except DocumentError as error:
        assert 1 <= error.line <= max(1, text.count("\n") + 1)
    else:
        assert notice.text() == text


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_real_notice_with_damage_is_read_whole_or_refused_with_a_line(data):
    text = YUNXI.read_text("utf-8")
    start = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 60))
    damaged = text[:start] + data.draw(PIECES) + text[start + cut :]
    try:
        assert parse_notice(damaged).text() == damaged
    except DocumentError as error:
        assert error.line >= 1


@pytest.mark.parametrize(("text", "number"), [("一", 1), ("十", 10), ("十一", 11), ("二十", 20), ("三十五", 35), ("一百零二", 102), ("一百二十", 120), ("十十", None), ("", None), ("一一", None)])  # fmt: skip
def test_chinese_numbers_are_counted(text, number):
    assert han_number(text) == number


def test_units_are_named_once_and_in_the_order_of_print():
    assert units_of("做好。（责任单位：县民政局、县财政局、县民政局、）", 1) == ("县民政局", "县财政局")


def test_a_sentence_alone_is_text_and_no_heading():
    assert split_heading("当天登记，不补写。") == ("", "当天登记，不补写。")
    assert split_heading("健全制度。下一句。") == ("健全制度。", "下一句。")
