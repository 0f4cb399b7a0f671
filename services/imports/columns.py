"""Which columns a register may have, how offices call them, and which one is meant by a heading."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from services.imports.reading import HEADER_WITHIN


@dataclass(frozen=True)
class Column:
    """One thing a register may say of a person or a household, and its other names in the offices' files."""

    key: str
    label: str | Promise
    names: tuple[str, ...]


COLUMNS: tuple[Column, ...] = (
    Column("household_no", _("档案编号"), ("档案编号", "档案号", "户档案编号")),
    Column("household_key", _("户号"), ("户号", "户编号", "家庭编号", "低保证号", "特困证号")),
    Column(
        "name",
        _("姓名"),
        ("姓名", "特困人员姓名", "对象姓名", "救助对象姓名", "人员姓名", "成员姓名", "户主姓名"),
    ),
    Column("relation", _("与户主关系"), ("与户主关系", "与户主的关系", "家庭关系", "关系")),
    Column(
        "id_number",
        _("身份证号"),
        ("身份证号", "身份证号码", "公民身份号码", "公民身份证号", "证件号码", "证件号", "身份证"),
    ),
    Column("sex", _("性别"), ("性别",)),
    Column("birth_date", _("出生日期"), ("出生日期", "出生年月日", "出生年月", "生日")),
    Column(
        "phone",
        _("电话"),
        ("电话", "联系电话", "电话号码", "手机", "手机号", "手机号码", "联系方式", "本人电话"),
    ),
    Column("township", _("乡镇"), ("乡镇", "乡镇街道", "乡(镇)", "镇", "所属乡镇", "乡镇名称", "乡镇(街道)")),
    Column(
        "village",
        _("村（社区）"),
        ("村(社区)", "村", "村居", "行政村", "所属村", "村名", "村社区", "村委会", "村(居)"),
    ),
    Column("group", _("村民小组"), ("村民小组", "小组", "组", "组别")),
    Column(
        "address", _("门牌地址"), ("门牌地址", "家庭住址", "住址", "详细地址", "地址", "家庭地址", "现住址")
    ),
    Column("category", _("人员类别"), ("人员类别", "对象类别", "救助类别", "保障类别", "救助对象类别")),
    Column("mode", _("供养方式"), ("供养方式", "供养形式", "供养类别", "供养类型", "特困类别")),
    Column("dibao_class", _("低保类别"), ("低保类别", "低保等级", "低保分类", "低保档次")),
    Column(
        "since",
        _("从哪天起"),
        (
            "从哪天起",
            "享受日期",
            "开始日期",
            "享受时间",
            "纳入时间",
            "纳入日期",
            "救助开始时间",
            "批准日期",
            "批准时间",
            "审批时间",
        ),
    ),
    Column(
        "verified_on",
        _("上次核查"),
        (
            "上次核查",
            "上次核查日期",
            "最近核查日期",
            "最近核查时间",
            "最近复核日期",
            "复核日期",
            "复核时间",
            "年审日期",
            "动态核查日期",
        ),
    ),
    Column("health_notes", _("健康情况"), ("健康情况", "健康状况", "身体状况", "疾病情况", "患病情况")),
    Column("door_note", _("上门提示"), ("上门提示", "上门注意")),
    Column("dialect", _("方言"), ("方言",)),
    Column("stairs", _("要不要爬楼"), ("要不要爬楼", "是否爬楼", "爬楼")),
)
BY_KEY = {column.key: column for column in COLUMNS}
NEEDED = ("name", "village")


def plain_heading(text: str) -> str:
    """A heading without blanks, stars and notes on how to fill it, to compare with others."""
    text = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\s*:：]|\((?:必填|选填|可不填)\)", "", text).lower()


_KNOWN = {plain_heading(name): column.key for column in COLUMNS for name in column.names}


def find_header(rows: Sequence[Sequence[str]]) -> int:
    """Which of the first rows is the heading: the one with most words we know; the first if none has any."""
    scores = [
        len({_KNOWN[plain_heading(cell)] for cell in row if plain_heading(cell) in _KNOWN})
        for row in rows[:HEADER_WITHIN]
    ]
    return scores.index(max(scores)) if scores else 0


def suggest(header: Sequence[str], remembered: Mapping[str, str]) -> dict[int, str]:
    """For each column of the file the key it probably is; what the office chose before comes first."""
    found: dict[int, str] = {}
    for source in (remembered, _KNOWN):
        for place, cell in enumerate(header):
            key = source.get(plain_heading(cell))
            if key and key in BY_KEY and place not in found and key not in found.values():
                found[place] = key
    return {
        place: key
        for place, key in found.items()
        if remembered.get(plain_heading(header[place])) in (None, key)
    }


def missing(chosen: Mapping[int, str]) -> list[str]:
    """Labels of what must be chosen and is not: a name and a place; and sex and birthday without ID numbers."""
    keys = set(chosen.values())
    lacking = [key for key in NEEDED if key not in keys]
    if "id_number" not in keys:
        lacking += [key for key in ("sex", "birth_date") if key not in keys]
    if "household_no" in keys:
        lacking = [key for key in lacking if key == "name"]
    return [str(BY_KEY[key].label) for key in lacking]
