"""The demo's registers in and out: a file with mistakes that waits, one that is in, pairs, and exports."""

import csv
import io

from portal.base.identifiers import id_check_character
from portal.models import User
from services.exports.actions import ask_export
from services.exports.making import make
from services.imports import actions
from services.imports.running import run_turn
from services.models import Household, ImportBatch, RegisterExport

HEADER = ["序号", "姓名", "身份证号码", "所属村", "家庭住址", "联系电话", "供养方式", "纳入时间", "健康状况"]


def _number(born: str, serial: int) -> str:
    body = f"430321{born}{serial:03d}"
    return body + id_check_character(body)


def _file(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["石潭镇特困人员名册（演示，虚构）"], HEADER, *rows])
    return text.getvalue().encode("gb18030")


def _bring(by: User, raw: bytes, *, enter: bool) -> ImportBatch:
    office = by.posts.get().region
    batch = actions.open_batch(by=by, office=office, raw=raw)
    run_turn(batch)
    chosen = {int(place): key for place, key in batch.mapping.items()}
    batch = actions.start_check(by=by, batch=batch, mapping=chosen)
    run_turn(batch)
    if enter:
        run_turn(actions.start_apply(by=by, batch=batch))
    return batch


def make_registers(users: dict[str, User]) -> None:
    """Once, at the seeding: what every page of registers shows."""
    cadre = users["township-shitan"]
    known = (
        Household.objects.filter(township__code="430321112")
        .select_related("region__parent")
        .order_by("no")[:3]
    )
    first = next(iter(known))
    head = first.persons.get()
    village = first.region.parent.name if first.region.parent else first.region.name
    entered = [
        ["1", "贺春兰", _number("19510612", 811), village, "荷塘组18号", "13900000811", "分散供养", "2019-03-01", "腿脚不便"],
        ["2", "龙冬生", _number("19470930", 812), village, "老屋组5号", "13900000812", "集中供养", "2015年7月1日", ""],
        ["3", head.name, _number(f"{head.birth_date:%Y%m%d}", 813 + (head.sex == "m")), village, "枫树组2号", "", "分散供养", "2020.1.1", ""],
    ]  # fmt: skip
    newest = Household.objects.latest("pk").pk
    _bring(cadre, _file(entered), enter=True)
    for order, household in enumerate(Household.objects.filter(pk__gt=newest).order_by("pk")):
        Household.objects.filter(pk=household.pk).update(no=f"H-{70000011 + order * 37}")
    waiting = [
        *entered,
        ["4", "贺春莲", _number("19510203", 821), village, "荷塘组20号", "１３９００００００８２１", "分散供养", "2021/11/15", ""],
        ["5", "欧阳秀英", _number("19440819", 822)[:-1], village, "石桥组7号", "13900000822", "分散供养", "2018-05-01", ""],
        ["6", "谭满秀", _number("19530105", 824), "远处村", "1号", "13900000824", "分散供养", "2018-05-01", ""],
        ["7", "罗福生", "4.30321E+17", village, "月形组3号", "", "分散", "15-5-1", ""],
        ["8", "贺春兰", _number("19510612", 811), village, "荷塘组18号", "", "散居", "2019-03-01", ""],
    ]  # fmt: skip
    _bring(cadre, _file(waiting), enter=False)
    _exports(cadre)


def _exports(cadre: User) -> None:
    region = cadre.posts.get().region
    columns = ["household_no", "name", "village", "category", "mode", "self_care"]
    made = ask_export(by=cadre, region=region, columns=columns, purpose="核对第四季度特困名单（演示）")
    make(RegisterExport.objects.get(pk=made.pk))
    ask_export(by=cadre, region=region, columns=columns, purpose="打印春节慰问名单（演示）", full_names=True)
