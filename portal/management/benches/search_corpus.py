"""Paragraphs as a county's papers are written: the same ones every time, each of several sentences about several things.

The subjects are those of other offices; what the civil-affairs papers are about stands in the sentences
now and then, as it does in life, so a search has to tell a paper about a thing from one that mentions it.
"""

import random
from collections.abc import Iterator

SUBJECTS = (
    "农村公路养护", "山塘水库巡查", "森林防火", "粮食收购", "生猪养殖", "油茶种植", "城镇燃气", "道路运输",
    "校车安全", "食品摊贩", "农机购置", "饮用水源地保护", "建筑垃圾处置", "渔业禁捕", "电动车登记", "广告牌匾",
    "秸秆综合利用", "古树名木保护", "烟花爆竹经营", "河道采砂", "农贸市场改造", "消防水源", "气象预警", "病虫害防治",
    "文物保护", "体育场馆开放", "图书室管理", "污水管网", "公共厕所", "停车收费",
)  # fmt: skip
KINDS = ("管理办法", "工作方案", "实施细则", "工作通知", "年度计划", "考核办法", "若干规定")
# What the sentences name; the terms of the measurement are among them.
THINGS = (
    "低保", "最低生活保障", "特困人员", "五保供养", "孤儿", "临时救助", "殡葬", "申请", "残疾人", "养老机构",
    "留守儿童", "医疗救助", "住房保障", "志愿服务", "社会工作", "护理补贴", "公示", "备案", "审批", "专项资金",
    "信访", "统计", "培训", "巡查", "验收", "招标", "应急预案", "值班", "档案", "监督检查",
)  # fmt: skip
TERMS = (
    "低保", "特困", "孤儿", "五保", "殡葬", "申请", "公示", "残疾人", "养老", "志愿服务", "临时救助", "医疗救助",
    "护理补贴", "留守儿童", "社会工作", "住房保障", "最低生活保障", "专项资金", "应急预案", "监督检查",
)  # fmt: skip
WHO = (
    "各乡镇人民政府",
    "县级有关部门",
    "村（居）民委员会",
    "主管单位",
    "责任单位",
    "经办人员",
    "社会组织",
    "企业",
)
DOES = (
    "应当做好",
    "要按规定办理",
    "不得截留",
    "每季度报告",
    "及时公开",
    "负责核对",
    "会同有关单位研究",
    "如实登记",
    "按时完成",
)
WHEN = (
    "自收到材料之日起十个工作日内",
    "每年三月底以前",
    "遇有特殊情况时",
    "在上级下达任务后",
    "按照属地原则",
    "根据实际需要",
)
ENDS = ("，并留存记录", "，逾期的书面说明原因", "，结果报县人民政府", "，接受群众监督", "", "")


def sentence(rng: random.Random) -> str:
    """One sentence, which names a thing four times in ten."""
    thing = (
        rng.choice(THINGS)
        if rng.random() < 0.45
        else rng.choice(("有关事项", "日常工作", "各项任务", "台账"))
    )
    return f"{rng.choice(WHEN)}，{rng.choice(WHO)}{rng.choice(DOES)}{thing}{rng.choice(ENDS)}。"


def paragraph(rng: random.Random) -> str:
    """Two to seven sentences."""
    return "".join(sentence(rng) for _ in range(rng.randint(2, 7)))


def papers(paragraphs: int, each: int = 50) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Papers of `each` paragraphs until there are so many: title, and heading and text of each paragraph."""
    rng = random.Random(20260101)  # noqa: S311  (the same text every time is what is wanted)
    for nth in range(0, paragraphs, each):
        subject = SUBJECTS[nth // each % len(SUBJECTS)]
        title = f"{subject}{KINDS[nth // each // len(SUBJECTS) % len(KINDS)]}"
        yield (
            title,
            [
                (f"{rng.choice(DOES)[-2:]}{subject}" if place % 10 == 0 else "", paragraph(rng))
                for place in range(min(each, paragraphs - nth))
            ],
        )
