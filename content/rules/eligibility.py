"""The kinds of help one can ask for: who, what one gets, and from which clause. The only place where this stands.

A rule holds from a day to a day. When the law changes, the old rule gets its end and the new one stands below it;
numbers are never written here but stand in dated rows (`Standard`).
"""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from content.pages.display import label
from content.rules import conditions as c
from content.rules.logic import Node, Worded, asked_at_the_window, every, fact, some
from portal.base.models import OPEN_END

PLAN = "潭县政办发〔2021〕11号"
PLAN_DATE = date(2021, 11, 15)
TEKUN_RULES = "民发〔2021〕43号"
INTERIM = "社会救助暂行办法"


@dataclass(frozen=True)
class Clause:
    """Where something is written. `heading` finds the like in a plan of another county."""

    document: str
    anchor: str
    label: str | Promise
    heading: str = ""


def item(number: int, heading: str) -> Clause:
    """An item of the county's plan."""
    return Clause(PLAN, f"item{number}", lazy(label, str)("item", str(number), ""), heading)


@dataclass(frozen=True)
class Rule:
    """One kind of help, from a day to a day (half-open)."""

    code: str
    title: str | Promise
    condition: Node
    gives: str | Promise
    clauses: tuple[Clause, ...]
    units: tuple[str | Promise, ...] = ()
    standards: tuple[str, ...] = ()
    valid_from: date = PLAN_DATE
    valid_to: date = OPEN_END.date()

    def holds_on(self, day: date) -> bool:
        """Whether the rule is in force."""
        return self.valid_from <= day < self.valid_to


BASIC = item(4, "基本生活救助制度")
VISITS = item(19, "创新社会救助方式")
OTHER = item(12, "其他救助帮扶")
TEMPORARY = item(13, "临时救助制度")
BUREAU = _("县民政局")
TOWNSHIPS = _("乡镇人民政府")

RULES: tuple[Rule, ...] = (
    Rule(
        "tekun",
        _("特困人员救助供养"),
        c.TEKUN,
        _("每月发供养金；生活不能全自理的有照料护理；看病有救助；身后事有安排。"),
        (
            BASIC,
            Clause(TEKUN_RULES, "a4", _("第四条")),
            Clause(TEKUN_RULES, "a5", _("第五条")),
            Clause(TEKUN_RULES, "a6", _("第六条")),
            Clause(INTERIM, "a15", _("第十五条")),
        ),
        (BUREAU, TOWNSHIPS),
        ("tekun_rural", "tekun_urban", "care_able", "care_partial", "care_unable"),
    ),
    Rule(
        "dibao",
        _("最低生活保障（低保）"),
        c.DIBAO,
        _("按家里人均收入和低保标准的差额，每月发低保金。"),
        (BASIC, Clause(INTERIM, "a9", _("第九条"))),
        (BUREAU, TOWNSHIPS),
        ("dibao_rural", "dibao_urban"),
    ),
    Rule(
        "dibao_single",
        _("单人户纳入低保"),
        every(
            some(c.SEVERE, c.ILL),
            c.AS_LOW_INCOME,
            c.NOT_ON_BASIC,
        ),
        _("低收入家庭里的重残、重病人员，可以一个人按低保申请。"),
        (BASIC,),
        (BUREAU, TOWNSHIPS),
        ("dibao_rural", "dibao_urban"),
    ),
    Rule(
        "home_care",
        _("上门照料服务"),
        every(c.AS_TEKUN, c.AT_HOME),
        _("社工上门访视照料、打扫卫生、陪着看病、谈心。"),
        (VISITS, BASIC),
        (BUREAU,),
    ),
    Rule(
        "medical",
        _("医疗救助"),
        Worded(
            some(
                c.ON_BASIC,
                c.FORMER_POOR,
                c.UNATTENDED,
                c.SEVERE,
                every(c.ILL, asked_at_the_window(_("别的困难人员能不能救助，要问窗口"))),
            ),
            yes=_("在参加医保有资助的重点对象里"),
            no=_("不是重点救助对象，也没有说看病花钱多"),
            unknown=_("是不是重点救助对象还不清楚；看病花销大的可以问"),
            opens=True,
        ),
        _("资助参加基本医保和大病保险。紧急时医院先救治、后收费。"),
        (item(7, "医疗救助制度"),),
        (_("县医保局"), _("县卫健局")),
    ),
    Rule(
        "education",
        _("教育救助"),
        every(
            c.STUDENT,
            Worded(
                some(
                    c.BASIC,
                    c.FORMER_POOR,
                    c.DISABLED,
                    c.UNATTENDED,
                    every(c.LOW_INCOME, asked_at_the_window("")),
                ),
                yes=_("家里是低保、特困、脱贫、残疾等情况，在资助范围里"),
                no=_("不是低保、特困、脱贫、残疾等家庭"),
                unknown=_("是不是在资助范围里，请学校或窗口核对"),
            ),
        ),
        _("助学金、生活补助；高中和中职特困学生免学费；不能到校的残疾孩子送教上门。"),
        (item(8, "教育救助制度"),),
        (_("县教育局"),),
    ),
    Rule(
        "housing_repair",
        _("农村危房改造"),
        every(
            c.RURAL,
            Worded(
                some(c.BASIC, every(c.LOW_INCOME, asked_at_the_window(""))),
                yes=_("低保家庭和分散供养特困人员可以优先"),
                no=_("优先的是低保家庭和分散供养特困人员"),
                unknown=_("是不是低保、特困或低收入家庭，要由窗口核对"),
            ),
            c.UNSAFE,
        ),
        _("C 级、D 级危房优先改造。住建部门派人来看房。"),
        (item(9, "住房救助制度"),),
        (_("县住建局"),),
    ),
    Rule(
        "housing_rent",
        _("公租房保障"),
        every(
            c.TOWN,
            Worded(
                some(c.DIBAO, c.UNATTENDED, every(c.DISABLED, asked_at_the_window(""))),
                yes=_("城镇低保户、孤儿可以优先"),
                no=_("优先的是城镇低保户、孤儿和困难残疾人户"),
                unknown=_("是不是低保户、孤儿或困难残疾人户，要由窗口核对"),
            ),
            c.NO_HOUSE,
        ),
        _("城镇住房困难的，优先安排公租房；困难残疾人户有托底保障。"),
        (item(9, "住房救助制度"),),
        (_("县住建局"),),
    ),
    Rule(
        "employment",
        _("就业救助"),
        every(
            c.JOBLESS,
            Worded(
                some(
                    c.BASIC,
                    c.LOW_INCOME,
                    asked_at_the_window(_("是不是零就业家庭，要由窗口核对")),
                ),
                yes=_("救助对象优先"),
                unknown=_("是不是救助对象或零就业家庭，要由窗口核对"),
            ),
        ),
        _("职业指导、介绍工作，优先安排公益性岗位。低保对象上班后有一段渐退期。"),
        (item(10, "就业救助制度"),),
        (_("县人社局"), BUREAU),
    ),
    Rule(
        "disaster",
        _("受灾人员救助"),
        c.DISASTER,
        _("应急救助、过渡期生活救助、旱灾和冬春生活救助、倒损房重建。"),
        (item(11, "受灾人员救助制度"),),
        (_("县应急局"),),
    ),
    Rule(
        "emergency",
        _("急难型临时救助"),
        some(
            c.SUDDEN,
            c.TRAFFIC,
            every(
                some(c.DISASTER, c.WRONGED, c.BIG_COST),
                asked_at_the_window(_("别的救助之后生活还有没有困难，要由窗口看")),
            ),
        ),
        _("突然遇到大难、别的办法一时顾不上的，乡镇有备用金，可以先给。"),
        (TEMPORARY,),
        (BUREAU, TOWNSHIPS),
    ),
    Rule(
        "expense",
        _("支出型临时救助"),
        every(
            Worded(
                some(c.BASIC, c.AS_LOW_INCOME),
                yes=_("低保、特困或低收入家庭"),
                unknown=_("是不是低保、特困或低收入家庭，要由窗口核对"),
            ),
            some(
                c.ILL,
                c.SEVERE,
                c.BIG_COST,
                every(c.STUDENT, asked_at_the_window(_("上学的花费重不重，要由窗口看"))),
            ),
        ),
        _("看病、上学、重残等开支大，影响到吃穿的，给一次救助。"),
        (TEMPORARY,),
        (BUREAU, TOWNSHIPS),
    ),
    Rule(
        "child",
        _("孤儿和困境儿童保障"),
        every(
            c.MINOR,
            some(
                c.UNSUPPORTED,
                every(some(c.DISABLED, c.ILL), asked_at_the_window(_("是不是困境儿童，要由窗口认定"))),
            ),
        ),
        _("孤儿、事实无人抚养儿童、困境儿童有保障。村（社区）有儿童主任。"),
        (OTHER,),
        (BUREAU,),
    ),
    Rule(
        "disabled",
        _("残疾儿童康复、重度残疾人照护"),
        some(c.SEVERE, every(c.MINOR, c.DISABLED)),
        _("残疾儿童有康复救助，重度残疾人有照护。"),
        (OTHER,),
        (_("县残联"), BUREAU),
    ),
    Rule(
        "legal",
        _("法律援助和司法救助"),
        every(
            c.WRONGED,
            some(c.ON_BASIC, asked_at_the_window(_("法律援助和司法救助的条件，要问司法局"))),
        ),
        _("打官司请不起律师的有人帮；受了侵害得不到赔偿、生活困难的，可以申请司法救助。"),
        (OTHER,),
        (_("县司法局"), _("县法院")),
    ),
    Rule(
        "traffic",
        _("交通事故救助基金"),
        every(c.TRAFFIC, asked_at_the_window(_("能不能用基金，要问交警"))),
        _("出了交通事故、一时没钱救治的，可以问交通事故救助基金。"),
        (OTHER,),
        (_("县公安局"),),
    ),
    Rule(
        "bills",
        _("水、电、燃气、有线电视和殡葬减免"),
        Worded(
            c.DIBAO,
            yes=_("低保家庭有减免"),
            no=_("减免的是低保家庭"),
            unknown=_("是不是低保家庭还不清楚"),
        ),
        _("水、电、燃气、有线电视有优惠，六项基本殡葬费减免。"),
        (OTHER,),
        (_("县水利局"), _("县供电公司"), _("县住建局"), _("县融媒体中心"), BUREAU),
    ),
    Rule(
        "homeless",
        _("流浪乞讨、在外遇困救助"),
        fact(
            "away",
            yes=_("离家在外，没地方吃住"),
            no=_("有住的地方"),
            unknown=_("有没有住的地方还不清楚"),
        ),
        _("走失、找不到活、受家暴离家的，先有吃住，再送回家。"),
        (item(14, "流浪乞讨人员救助"),),
        (BUREAU, _("县公安局"), _("县城管执法局"), TOWNSHIPS),
    ),
)


def rules_on(day: date) -> tuple[Rule, ...]:
    """The rules in force on a day, in the order in which pages show them."""
    return tuple(rule for rule in RULES if rule.holds_on(day))
