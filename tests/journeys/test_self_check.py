"""The self-check in a real browser: without script, by keyboard alone, in every display mode, in both languages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command

from content.rules.questions import QUESTIONS
from tests.content.policy_source import YUNXI

pytestmark = [
    pytest.mark.browser,
    pytest.mark.only("sqlite"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
NARROWEST = {"width": 320, "height": 640}
# Most is open, so that the result is as long as it gets.
GIVEN = {
    "age": "over70", "place": "rural", "aid": "unclear", "income": "none", "support": "unclear",
    "health": "ill", "home": "student", "house": "worn", "trouble": "sudden",
}  # fmt: skip


def answer(reader: Any, button: str) -> None:
    """Go through all questions as a finger would."""
    for question in QUESTIONS:
        assert f"/check/{question.step}/" in reader.page.url
        reader.choose("answer", GIVEN[question.step])
        reader.press(button)
    assert reader.page.url.endswith("/check/result/")


@pytest.fixture
def library(live_server: Any) -> None:
    """The county's places and a published plan."""
    call_command("load_network", verbosity=0)
    call_command("import_policy", str(YUNXI), "--publish", verbosity=0)


def test_it_needs_no_script(visitor: Callable[..., Any], library: None) -> None:
    reader = visitor(phone=True, scripts=False)
    reader.open("/")
    reader.follow("看看能得到什么帮助")
    reader.follow("开始")
    answer(reader, "下一题")
    reader.says("按您的回答，有", "急难型临时救助", "要问窗口", "今年标准请问窗口或打 12345")
    reader.select("town", "430321112")
    reader.press("查窗口")
    reader.says("石潭镇政务服务大厅", "还没有登记，请打 12345")
    with reader.page.expect_navigation():
        reader.page.locator("dl.answers a[href='/check/age/']").click()
    reader.choose("answer", "18to59")
    reader.press("下一题")
    assert reader.page.url.endswith("/check/result/")
    reader.press("清除回答，重新来")
    reader.open("/check/result/")
    reader.says("请从头再来")


def test_it_goes_by_keyboard_alone(visitor: Callable[..., Any], library: None) -> None:
    reader = visitor()
    reader.open("/check/")
    reader.page.get_by_role("link", name="开始", exact=True).focus()
    reader.page.keyboard.press("Enter")
    for question in QUESTIONS:
        reader.page.wait_for_url(f"**/check/{question.step}/")
        reader.page.locator("input[name=answer]").first.focus()
        for _step in range(reader.page.locator("input[name=answer]").count() - 1):
            reader.page.keyboard.press("Tab" if question.several else "ArrowDown")
        if question.several:
            reader.page.keyboard.press("Space")
        assert reader.page.locator("input[name=answer]:checked").get_attribute("value") == "unclear"
        reader.page.keyboard.press("Tab")
        assert reader.page.evaluate("document.activeElement.textContent") == "下一题"
        reader.page.keyboard.press("Enter")
    reader.page.wait_for_url("**/check/result/")
    reader.says("有 18 项帮助要问窗口")


@pytest.mark.parametrize(
    ("size", "theme"), [("", ""), ("l", ""), ("xl", ""), ("", "contrast"), ("xl", "contrast")]
)
def test_it_fits_and_is_open_to_everybody_however_it_is_read(
    visitor: Callable[..., Any], library: None, size: str, theme: str
) -> None:
    reader = visitor(phone=True)
    reader.page.set_viewport_size(NARROWEST)
    reader.open(f"/display/?set=1&size={size}&theme={theme}&next=/check/")
    reader.follow("开始")
    reader.press("下一题")
    reader.says("有 1 处要改", "请选一个")
    answer(reader, "下一题")
    for language in ("", "/en"):
        for path in ("", *(f"{question.step}/" for question in QUESTIONS), "result/"):
            reader.open(f"{language}/check/{path}")
            assert reader.status == 200
    reader.page.locator("details").evaluate_all("rows => rows.forEach(row => row.open = true)")
    reader.look("the reasons against")


def test_the_big_buttons_are_big_enough(visitor: Callable[..., Any], library: None) -> None:
    reader = visitor(phone=True)
    for size, least in (("", 44), ("l", 60), ("xl", 60)):
        reader.page.goto(f"{reader.base}/display/?set=1&size={size}&theme=&next=/check/age/")
        heights = reader.page.locator(".choice label, main .btn").evaluate_all(
            "rows => rows.map(row => row.getBoundingClientRect().height)"
        )
        assert len(heights) == 7
        assert min(heights) >= least, (size, heights)
