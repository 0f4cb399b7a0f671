"""The nine questions of the self-check: their words, their answers, and what an answer tells the rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from content.rules.facts import Facts, Span
from content.rules.figures import Figures, in_yuan

NONE, UNCLEAR = "none", "unclear"
Words = str | Promise
Answers = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Option:
    """One thing to choose, and the facts it settles."""

    code: str
    words: Words
    facts: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Question:
    """One page. Of `several` any number may be chosen; what is not chosen is then said not to be so.

    `denied` are the facts that are False when none of the options that settle them was chosen.
    """

    step: str
    name: Words
    words: Words
    options: tuple[Option, ...]
    hint: Words = ""
    several: bool = False

    @property
    def codes(self) -> frozenset[str]:
        """What may be answered."""
        return frozenset(option.code for option in self.options)

    def fits(self, chosen: tuple[str, ...]) -> bool:
        """Whether this is an answer: known choices, one of them where only one may be, none of them alone."""
        if not chosen or not self.codes.issuperset(chosen) or len(set(chosen)) != len(chosen):
            return False
        return len(chosen) == 1 or (self.several and not {NONE, UNCLEAR}.intersection(chosen))

    def tells(self, chosen: tuple[str, ...]) -> dict[str, Any]:
        """The facts that an answer settles."""
        if not chosen or UNCLEAR in chosen:
            return {}
        said = {
            name: value for option in self.options if option.code in chosen for name, value in option.facts
        }
        if not self.several:
            return said
        all_named = {name for option in self.options for name, _value in option.facts}
        return dict.fromkeys(all_named, False) | said


UNSURE = Option(UNCLEAR, _("不清楚"))


def _is(*names: str) -> tuple[tuple[str, Any], ...]:
    return tuple((name, True) for name in names)


QUESTIONS: tuple[Question, ...] = (
    Question(
        "age",
        _("年龄"),
        _("今年多大年纪？"),
        (
            Option("under16", _("不满 16 周岁"), (("age", Span(0, 15)),)),
            Option("16to17", _("16 或 17 周岁"), (("age", Span(16, 17)),)),
            Option("18to59", _("18 到 59 周岁"), (("age", Span(18, 59)),)),
            Option("60to69", _("60 到 69 周岁"), (("age", Span(60, 69)),)),
            Option("over70", _("70 周岁以上"), (("age", Span(70)),)),
            UNSURE,
        ),
        _("一次查一个人。替别人查，就照那个人的情况答。按周岁算。"),
    ),
    Question(
        "place",
        _("住在哪里"),
        _("现在住在哪里？"),
        (
            Option("rural", _("农村，自己家里"), (("rural", True), ("at_home", True), ("away", False))),
            Option("town", _("城镇，自己家里"), (("rural", False), ("at_home", True), ("away", False))),
            Option("institution", _("敬老院、养老院或福利院"), (("at_home", False), ("away", False))),
            Option("nowhere", _("离家在外，没地方吃住"), (("at_home", False), ("away", True))),
            UNSURE,
        ),
        _("租的、借的、住在亲戚家的，也算自己家里。"),
    ),
    Question(
        "aid",
        _("已有的救助"),
        _("现在有没有享受下面的救助？"),
        (
            Option("tekun", _("特困供养（以前叫五保）"), _is("tekun")),
            Option("dibao", _("低保"), _is("dibao")),
            Option("low_income", _("低保边缘（低收入）家庭"), _is("low_income")),
            Option("former_poor", _("脱贫户（建档立卡户）或防返贫监测户"), _is("former_poor")),
            Option(NONE, _("都没有")),
            UNSURE,
        ),
        _("可以选几样。"),
        several=True,
    ),
    Question(
        "income",
        _("收入"),
        _("一家人平均，每人每月有多少收入？"),
        (
            Option(NONE, _("没有收入")),
            Option("some", _("有一些，不知道够不够低保标准")),
            Option("less", _("有，比低保标准少")),
            Option("more", _("不比低保标准少")),
            UNSURE,
        ),
        _("工资、种田、做生意、租金、别人给的都算。居民基础养老金、高龄津贴、优抚金不算。"),
    ),
    Question(
        "support",
        _("有没有人赡养、抚养"),
        _("有没有配偶、子女、父母能管？"),
        (
            Option("nobody", _("没有这些亲人"), (("supported", False),)),
            Option("unable", _("有，但他们自己也管不了"), (("supported", False),)),
            Option("able", _("有人能管"), (("supported", True),)),
            UNSURE,
        ),
        _("管不了：年老又困难、重度残疾、失踪、坐牢，或者本人也是特困。最后由窗口核对。"),
    ),
    Question(
        "health",
        _("身体"),
        _("身体怎么样？"),
        (
            Option(
                "incapable",
                _("智力、精神、肢体残疾一级或二级，视力残疾一级"),
                _is("incapable", "severe", "disabled"),
            ),
            Option("mind3", _("智力或精神残疾三级"), _is("incapable", "disabled")),
            Option("severe", _("别的残疾，一级或二级"), _is("severe", "disabled")),
            Option("disabled", _("别的残疾，三级或四级"), _is("disabled")),
            Option("ill", _("得了重病，或看病花钱多"), _is("ill")),
            Option(NONE, _("都没有")),
            UNSURE,
        ),
        _("可以选几样。残疾等级写在残疾证上。"),
        several=True,
    ),
    Question(
        "home",
        _("家里的情况"),
        _("家里有没有下面的情况？"),
        (
            Option("student", _("有人在上学"), _is("student")),
            Option("jobless", _("有人能做工，但没活干"), _is("jobless")),
            Option("property", _("有小汽车、门面，或另外的住房"), (("property", True),)),
            Option(NONE, _("都没有")),
            UNSURE,
        ),
        _("可以选几样。"),
        several=True,
    ),
    Question(
        "house",
        _("房子"),
        _("住的房子怎么样？"),
        (
            Option("sound", _("结实"), (("worn_house", False), ("unsafe_house", False), ("no_house", False))),
            Option("worn", _("有裂缝、漏雨"), (("worn_house", True), ("no_house", False))),
            Option(
                "unsafe",
                _("鉴定过，是 C 级或 D 级危房"),
                (("worn_house", True), ("unsafe_house", True), ("no_house", False)),
            ),
            Option(
                "no_house",
                _("没有自己的房子"),
                (("worn_house", False), ("unsafe_house", False), ("no_house", True)),
            ),
            UNSURE,
        ),
    ),
    Question(
        "trouble",
        _("近来的难处"),
        _("近一年遇到下面的事没有？"),
        (
            Option("disaster", _("遭了水灾、旱灾、冰雪、地质灾害等天灾"), _is("disaster")),
            Option("sudden", _("突然生大病、失火、出意外，或家里顶梁柱没了"), _is("sudden")),
            Option("traffic", _("出了交通事故"), _is("traffic")),
            Option("wronged", _("要打官司，或受了侵害得不到赔偿"), _is("wronged")),
            Option("big_cost", _("有别的大开支，负担不起"), _is("big_cost")),
            Option(NONE, _("都没有")),
            UNSURE,
        ),
        _("可以选几样。"),
        several=True,
    ),
)
BY_STEP: dict[str, Question] = {question.step: question for question in QUESTIONS}


def options_of(question: Question, answers: Answers, figures: Figures) -> list[Option]:
    """The choices as they are shown: income is asked by the county's own standard, where there is one."""
    if question.step != "income":
        return list(question.options)
    standard = figures.dibao(_rural(answers))
    by_code = {option.code: option for option in question.options}
    if standard is None:
        return [by_code[code] for code in (NONE, "some", UNCLEAR)]
    low, high = (in_yuan(amount) for amount in standard)
    less = Option("less", now("有，每月不到 %(amount)s") % {"amount": low})
    more = Option("more", now("每月 %(amount)s 以上") % {"amount": high})
    between = (
        []
        if low == high
        else [Option("some", now("在 %(low)s 和 %(high)s 之间") % {"low": low, "high": high})]
    )
    return [by_code[NONE], less, *between, more, by_code[UNCLEAR]]


def words_of(question: Question, answers: Answers, figures: Figures) -> list[str]:
    """An answer in words, as it was chosen."""
    shown = {
        option.code: option.words for option in (*question.options, *options_of(question, answers, figures))
    }
    return [str(shown[code]) for code in answers.get(question.step, ())]


def facts_of(answers: Answers, figures: Figures) -> Facts:
    """What the answers tell the rules. A question that was not answered tells nothing."""
    told: dict[str, Any] = {}
    for question in QUESTIONS:
        told |= question.tells(answers.get(question.step, ()))
    # To own something is for the window to weigh; to own nothing is within any limit.
    owns = told.pop("property", None)
    told["within_property"] = True if owns is False else None
    return Facts(**told, income=_income(answers, figures))


def _rural(answers: Answers) -> bool | None:
    told: bool | None = BY_STEP["place"].tells(answers.get("place", ())).get("rural")
    return told


def _income(answers: Answers, figures: Figures) -> Span | None:
    said = (answers.get("income") or ("",))[0]
    if said == NONE:
        return Span(0, 0)
    standard = figures.dibao(_rural(answers))
    if said == "less" and standard is not None:
        return Span(1, max(1, standard[0] - 1))
    if said == "more" and standard is not None:
        return Span(standard[1])
    return Span(1) if said in {"some", "less", "more"} else None
