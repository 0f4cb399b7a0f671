"""Two files side by side: may these be one person?"""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.identifiers import format_phone
from portal.base.privacy import mask_name, mask_phone, mask_tail
from portal.base.refused import Refused
from portal.permissions.gate import needs
from services.imports import actions
from services.imports.access import likeness_for, likenesses_of
from services.imports.models import Likeness, LikenessState
from services.imports.running import IMPORT
from services.recipients.categories import standing_of
from services.recipients.fields import CLEAR, MASKED, NOTHING, Shown, shown_to
from services.recipients.listing import in_clear
from services.recipients.models import CategoryKind, Person
from services.recipients.standing_models import HEALTHY_KINDS

PAGE = 50


@needs(IMPORT, methods=("GET",))
def likeness_list(request: HttpRequest) -> HttpResponse:
    """Pairs that wait for somebody to compare them; the decided ones by choice."""
    wanted = request.GET.get("state", LikenessState.OPEN)
    wanted = wanted if wanted in LikenessState.values else LikenessState.OPEN
    rows = likenesses_of(request.user).order_by("found_at", "pk")
    page = Paginator(rows.filter(state=wanted), PAGE).get_page(request.GET.get("page", ""))
    context = {
        "page": page,
        "pairs": [(row, _listed(request.user, row.one), _listed(request.user, row.other)) for row in page],
        "kinds": [
            {
                "label": each.label,
                "url": f"?state={each.value}",
                "count": None,
                "current": each.value == wanted,
            }
            for each in LikenessState
        ],
    }
    return render(request, "services/imports/likenesses.html", context)


def _listed(user: Any, person: Person) -> str:
    return person.name if in_clear(user, person.household) else mask_name(person.name)


@needs(IMPORT, takes_object="Likeness")
def likeness_detail(request: HttpRequest, no: str) -> HttpResponse:
    """The two files beside each other, each field as this person may see it; and the decision."""
    likeness = likeness_for(request.user, no)
    if request.method == "POST":
        verdict = request.POST.get("verdict", "")
        if verdict not in {LikenessState.SAME, LikenessState.DIFFERENT}:
            messages.error(request, _("请选一项"))
            return redirect("services:imports:likeness", likeness.no)
        try:
            actions.decide_likeness(
                by=request.user, likeness=likeness, same=verdict == LikenessState.SAME, at=timezone.now()
            )
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("记下了。两份档案和待遇都没有动"))
        return redirect("services:imports:likeness", likeness.no)
    context = {"likeness": likeness, "rows": _side_by_side(request.user, likeness)}
    return render(request, "services/imports/likeness.html", context)


def _side_by_side(user: Any, likeness: Likeness) -> list[dict[str, Any]]:
    now = timezone.now()
    ones = [
        _facts(person, shown_to(user, person.household, now)) for person in (likeness.one, likeness.other)
    ]
    rows = [
        {
            "label": label,
            "one": ones[0][label],
            "other": ones[1][label],
            "same": ones[0][label] == ones[1][label],
        }
        for label in ones[0]
    ]
    numbers = {likeness.one.id_number, likeness.other.id_number}
    for row in rows:
        if row["label"] == _("身份证号") and "" not in numbers:
            row["same"] = len(numbers) == 1
    return rows


def _shows(kind: str, shown: Shown) -> bool:
    group = "health" if kind in HEALTHY_KINDS else "category"
    return kind == CategoryKind.TEKUN or shown.mode(group) == CLEAR


def _facts(person: Person, shown: Shown) -> dict[str, str]:
    household = person.household
    clear = {key: shown.mode(key) == CLEAR for key in ("name", "phone", "address")}
    number = shown.mode("id_number")
    tail = mask_tail(person.id_number) if person.id_number else ""
    today = timezone.localdate()
    return {
        _("姓名"): person.name if clear["name"] else mask_name(person.name),
        _("与户主关系"): str(person.get_relation_display()),
        _("性别"): str(person.get_sex_display()),
        _("出生日期"): person.birth_date.isoformat() if clear["name"] else str(person.birth_date.year),
        _("身份证号"): tail
        if number == MASKED
        else (_("已登记，没显示") if tail and number != NOTHING else ""),
        _("住处"): f"{household.township} {household.region}",
        _("门牌地址"): household.address if clear["address"] else _("没显示") if household.address else "",
        _("电话"): format_phone(household.phone) if clear["phone"] else mask_phone(household.phone),
        _("类别"): "、".join(each.words for each in standing_of(person, today) if _shows(each.kind, shown)),
        _("档案"): str(household.get_state_display()),
    }
