"""The conditions that several kinds of help share, each written once.

Sources: 民发〔2021〕43号 (who is tekun), 社会救助暂行办法 (minimum living guarantee), and the county's plan
潭县政办发〔2021〕11号, whose items the rules cite.
"""

from django.utils.translation import gettext_lazy as _

from content.rules.facts import Facts
from content.rules.figures import Figures
from content.rules.logic import (
    Answer,
    Condition,
    Not,
    Worded,
    asked_at_the_window,
    every,
    fact,
    known,
    some,
)


def _elder(facts: Facts, figures: Figures) -> Answer:
    limit = figures.amount("elder_age")
    return known(facts.age.at_least(limit) if facts.age and limit is not None else None)


def _minor(facts: Facts, figures: Figures) -> Answer:
    limit = figures.amount("minor_age")
    return known(facts.age.below(limit) if facts.age and limit is not None else None)


def _below_standard(facts: Facts, figures: Figures) -> Answer:
    """Nothing at all is below any standard; for the rest there must be a standard."""
    if facts.income is None:
        return Answer.UNKNOWN
    if facts.income.high == 0:
        return Answer.YES
    standard = figures.dibao(facts.rural)
    if standard is None:
        return Answer.UNKNOWN
    low, high = (facts.income.below(amount) for amount in standard)
    return known(low) if low == high else Answer.UNKNOWN


ELDER = Condition(
    _elder,
    yes=_("年满 %(elder)s 周岁"),
    no=_("不满 %(elder)s 周岁"),
    unknown=_("年龄不清楚：年满 %(elder)s 周岁的算"),
)
MINOR = Condition(
    _minor,
    yes=_("不满 %(minor)s 周岁"),
    no=_("已满 %(minor)s 周岁"),
    unknown=_("年龄不清楚：不满 %(minor)s 周岁的算"),
)
INCAPABLE = fact(
    "incapable",
    yes=_("残疾的类别和等级算无劳动能力"),
    no=_("没有算无劳动能力的残疾"),
    unknown=_("残疾的类别和等级不清楚，带残疾证来问"),
)
# 民发〔2021〕43号 Art. 5; minors after item 4 of the county's plan
NO_CAPACITY = some(ELDER, MINOR, INCAPABLE)

BELOW_STANDARD = Condition(
    _below_standard,
    yes=_("没有收入，或者收入低于低保标准"),
    no=_("收入不低于低保标准"),
    unknown=_("收入够不够低保标准还不清楚，请窗口算"),
)
WITHIN_PROPERTY = fact(
    "within_property",
    yes=_("家里没有小汽车、门面或另外的住房"),
    no=_("家庭财产超过规定"),
    unknown=_("家庭财产要由窗口核对"),
)
UNSUPPORTED = Condition(
    lambda facts, figures: known(None if facts.supported is None else not facts.supported),
    yes=_("没有人能赡养、抚养或扶养"),
    no=_("有人能赡养、抚养或扶养"),
    unknown=_("有没有人能赡养、抚养还不清楚"),
)

# 民发〔2021〕43号 Art. 4: all three together
MEETS_TEKUN = every(NO_CAPACITY, BELOW_STANDARD, WITHIN_PROPERTY, UNSUPPORTED)
ON_TEKUN = fact("tekun", yes=_("已经在享受特困供养"), unknown=_("有没有在享受特困供养不清楚"))
TEKUN = some(ON_TEKUN, MEETS_TEKUN)
AS_TEKUN = Worded(
    TEKUN,
    yes=_("特困人员，或很可能符合特困供养"),
    no=_("服务给在家的特困人员，现在看不符合特困供养"),
    unknown=_("是不是符合特困供养还不清楚"),
)
NOT_TEKUN = Worded(
    Not(TEKUN),
    no=_("特困供养和低保只能享受一种，特困供养更高"),
    unknown=_("是不是符合特困供养还不清楚，两种只能享受一种"),
)

# 社会救助暂行办法 Art. 9
MEETS_DIBAO = every(BELOW_STANDARD, WITHIN_PROPERTY, NOT_TEKUN)
ON_DIBAO = fact("dibao", yes=_("已经在享受低保"), unknown=_("有没有在享受低保不清楚"))
DIBAO = some(ON_DIBAO, MEETS_DIBAO)
# Who is on it need not ask for it.
ALREADY = (ON_TEKUN, ON_DIBAO)
# Whoever is poor enough has one of the two, also where it is not known which.
BASIC = some(ON_TEKUN, ON_DIBAO, every(BELOW_STANDARD, WITHIN_PROPERTY))
ON_BASIC = Worded(
    BASIC,
    yes=_("特困人员或低保家庭，或者很可能符合"),
    no=_("现在看不符合特困供养或低保"),
    unknown=_("是不是符合特困供养或低保还不清楚"),
)
NOT_ON_BASIC = Worded(
    Not(BASIC),
    no=_("已经符合特困供养或低保，不用再按单人户"),
    unknown=_("是不是符合特困供养或低保还不清楚"),
)

LOW_INCOME = fact(
    "low_income",
    yes=_("是低保边缘（低收入）家庭"),
    no=_("没有认定为低收入家庭"),
    unknown=_("是不是低保边缘（低收入）家庭不清楚"),
)
# Whether a household is of low income is found out by the window; the county has published no line for it.
AS_LOW_INCOME = some(LOW_INCOME, asked_at_the_window(_("是不是低收入家庭，要由窗口核对")))
FORMER_POOR = fact(
    "former_poor",
    yes=_("是脱贫户或防返贫监测户"),
    no=_("不是脱贫户或防返贫监测户"),
    unknown=_("是不是脱贫户或防返贫监测户不清楚"),
)

SEVERE = fact("severe", yes=_("一级或二级残疾"), no=_("没有一级、二级残疾"), unknown=_("残疾等级不清楚"))
DISABLED = fact("disabled", yes=_("有残疾"), no=_("没有残疾"), unknown=_("有没有残疾证不清楚"))
ILL = fact("ill", yes=_("得了重病，或看病花钱多"), no=_("没有重病"), unknown=_("病情和花费不清楚"))
STUDENT = fact(
    "student", yes=_("家里有上学的人"), no=_("家里没有上学的人"), unknown=_("有没有上学的人不清楚")
)
JOBLESS = fact(
    "jobless",
    yes=_("有能做工但没活干的人"),
    no=_("没有能做工但没活干的人"),
    unknown=_("有没有能做工但没活干的人不清楚"),
)
# An orphan, or a child whom nobody brings up in fact.
UNATTENDED = Worded(
    every(MINOR, UNSUPPORTED),
    yes=_("未成年，没有人能抚养"),
    no=_("不是没有人抚养的孩子"),
    unknown=_("是不是没有人抚养的孩子还不清楚"),
)
RURAL = fact("rural", yes=_("住在农村"), no=_("住在城镇"), unknown=_("房子在农村还是城镇不清楚"))
TOWN = Worded(Not(RURAL), yes=_("住在城镇"), no=_("住在农村"), unknown=_("房子在农村还是城镇不清楚"))
UNSAFE = some(
    fact("unsafe_house", yes=_("房子鉴定为 C 级或 D 级"), unknown=_("房子有没有鉴定过不清楚")),
    every(
        fact("worn_house", yes=_("房子有裂缝、漏雨"), no=_("房子结实"), unknown=_("房子好不好还不清楚")),
        asked_at_the_window(_("要鉴定为 C 级或 D 级才行")),
    ),
)
NO_HOUSE = some(
    fact("no_house", yes=_("没有自己的住房"), no=_("有自己的住房"), unknown=_("有没有住房还不清楚")),
    every(fact("worn_house"), asked_at_the_window(_("住房困难不困难，要由住建部门看"))),
)
DISASTER = fact("disaster", yes=_("家里遭了灾"), no=_("近一年没有遭灾"), unknown=_("有没有遭灾不清楚"))
SUDDEN = fact(
    "sudden", yes=_("突然遇到大难"), no=_("近来没有突发的大难"), unknown=_("有没有突发的大难不清楚")
)
TRAFFIC = fact("traffic", yes=_("出了交通事故"), no=_("没有出交通事故"), unknown=_("有没有出交通事故不清楚"))
WRONGED = fact(
    "wronged",
    yes=_("要打官司，或受了侵害得不到赔偿"),
    no=_("没有要打的官司，也没有受侵害"),
    unknown=_("有没有要打的官司不清楚"),
)
BIG_COST = fact(
    "big_cost",
    yes=_("有一笔大开支负担不起"),
    no=_("没有别的大开支"),
    unknown=_("有没有别的大开支不清楚"),
)
AT_HOME = fact(
    "at_home",
    yes=_("住在自己家里"),
    no=_("没有住在自己家里"),
    unknown=_("是不是住在自己家里不清楚"),
)
