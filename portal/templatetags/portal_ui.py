"""What templates need to look alike: fields, status words, money, dates, addresses of the frame."""

from datetime import date, datetime
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, gettext_lazy, override

from content.models import GuideIndexPage, GuidePage
from portal.base.dates import day_words, in_english
from portal.base.paths import own_path
from portal.base.status_words import status_word

register = template.Library()

WEEKDAYS = [
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
]

GUIDES = "/guides/"
# Sections of the public site in the order of the design: label, path, whether it is a page of the CMS from the first day.
SECTIONS = [
    (gettext_lazy("首页"), "/", True),
    (gettext_lazy("政策文件"), "/policies/", True),
    (gettext_lazy("办事指南"), GUIDES, False),
    (gettext_lazy("帮助自查"), "/check/", False),
    (gettext_lazy("办理地点"), "/places/", False),
    (gettext_lazy("参与服务"), "/join/", False),
]


@register.filter
def words(text: str) -> list[str]:
    """Split on blanks, for short fixed lists in templates."""
    return text.split()


@register.simple_tag
def css(name: str) -> str:
    """The address of one style sheet."""
    return static(f"portal/css/{name}.css")


@register.simple_tag
def html_lang() -> str:
    """The language of the page as HTML wants it."""
    return "en" if in_english() else "zh-Hans"


@register.simple_tag
def home_url() -> str:
    """The public home page in the language of the reader."""
    return "/en/" if in_english() else "/"


@register.simple_tag
def url_or(name: str, path: str) -> str:
    """The address of a named route, or the fixed path of `architecture.md` 5."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return path


@register.simple_tag(takes_context=True)
def display_url(context: template.Context) -> str:
    """The display page, which comes back to where the reader was."""
    request = context.get("request")
    page = url_or("display", "/display/")
    return f"{page}?{urlencode({'next': request.get_full_path()})}" if request else page


@register.simple_tag(takes_context=True)
def other_language(context: template.Context) -> dict[str, str]:
    """The same page in the other language, or that language's home."""
    request = context.get("request")
    code, lang, name, home = (
        ("zh-hans", "zh-Hans", "中文", "/") if in_english() else ("en", "en", "English", "/en/")
    )
    if request is None or context.get("no_such_page"):
        return {"url": home, "lang": lang, "name": name}
    path = request.get_full_path()
    url = f"{request.path}?language={code}" if path.startswith("/accounts/") else translate_url(path, code)
    return {"url": home if url == path else url, "lang": lang, "name": name}


@register.simple_tag(takes_context=True)
def pageurl_of(context: template.Context, page: Any) -> str:
    """The address of a page, with what the request already knows of the site."""
    return page.get_url(context.get("request")) or ""


@register.simple_tag
def foreign(english: str) -> str:
    """Marks a Chinese title on an English page that has no English one."""
    return mark_safe(' lang="zh-Hans"') if in_english() and not english else ""


def _has_guides(context: template.Context) -> bool:
    """Whether the list of guides is published; where the way to the page has told already nobody asks again."""
    there = getattr(context.get("request"), "sections_there", {})
    if isinstance(context.get("page"), GuideIndexPage | GuidePage):
        return True
    return bool(there["guides"]) if "guides" in there else GuideIndexPage.objects.live().exists()


@register.simple_tag(takes_context=True)
def public_sections(context: template.Context) -> list[dict[str, str]]:
    """The sections that exist, with the current one marked."""
    request = context.get("request")
    path = (request.path if request else "/").removeprefix("/en") or "/"
    shown = []
    for label, first, in_cms in SECTIONS:
        url = f"/en{first}" if in_english() else first
        if not in_cms and not own_path(url) and not (first == GUIDES and _has_guides(context)):
            continue
        current = "page" if path == first else "true" if first != "/" and path.startswith(first) else ""
        shown.append({"label": label, "url": url, "current": current})
    return shown


def _kind(field: forms.BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "tick"
    if isinstance(widget, forms.MultiWidget | forms.SelectDateWidget):
        return "group"
    return "plain"


def _problems(bound: forms.BoundField) -> list[str]:
    """The messages of a field; an empty one is asked for by its name."""
    messages = []
    for error in bound.form.errors.as_data().get(bound.name, []):
        if error.code == "required":
            ask = gettext("请选“%(label)s”") if _kind(bound) == "choices" else gettext("请填“%(label)s”")
            messages.append(ask % {"label": bound.label})
        else:
            messages += error.messages
    return messages


@register.inclusion_tag("portal/parts/field.html")
def field(bound: forms.BoundField, width: str = "") -> dict[str, Any]:
    """One field with label, hint, error and their aria links; width: short or mid."""
    described = [f"{bound.auto_id}_helptext"] if bound.help_text else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    return {
        "field": bound,
        "kind": _kind(bound),
        "width": width,
        "describedby": " ".join(described),
        "problems": _problems(bound),
    }


@register.simple_tag
def form_problems(form: forms.BaseForm | None) -> list[dict[str, str]]:
    """What is wrong with a form, each with the id of the field it belongs to."""
    if form is None or not getattr(form, "errors", None):
        return []
    problems = [{"message": message, "target": ""} for message in form.non_field_errors()]
    for bound in form:
        target = bound.auto_id if _kind(bound) in ("choices", "group") else bound.id_for_label
        problems += [{"message": message, "target": target} for message in _problems(bound)]
    return problems


@register.inclusion_tag("portal/parts/tag.html")
def tag(word: str, colour: str = "grey") -> dict[str, str]:
    """A coloured word."""
    return {"word": word, "colour": colour}


@register.inclusion_tag("portal/parts/tag.html")
def status(kind: str, code: str) -> dict[str, str]:
    """The word and colour of a state: {% status "offer" offer.state %}."""
    word, colour = status_word(kind, code)
    return {"word": word, "colour": colour}


@register.simple_tag
def page_numbers(page: Page) -> list[Any]:
    """The page numbers to offer, with gaps."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


@register.filter
def money(fen: int | None) -> str:
    """Fen as people read it: 5800 -> 58.00 元."""
    if fen is None:
        return "—"
    sign, fen = ("-" if fen < 0 else ""), abs(int(fen))
    return gettext("%(yuan)s 元") % {"yuan": f"{sign}{fen // 100:,}.{fen % 100:02d}"}


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
def cn_day(value: date | datetime | None) -> str:
    """2026年11月24日, without the weekday."""
    if not value:
        return "—"
    return day_words(_local(value))


@register.filter
def cn_date(value: date | datetime | None) -> str:
    """2026年11月24日（周二）."""
    if not value:
        return "—"
    weekday = WEEKDAYS[_local(value).weekday()]
    return f"{cn_day(value)} ({weekday})" if in_english() else f"{cn_day(value)}（{weekday}）"


@register.filter
def cn_time(value: datetime | None) -> str:
    """14:00 in the county's time."""
    return f"{_local(value):%H:%M}" if value else "—"


@register.filter
def cn_datetime(value: datetime | None) -> str:
    """2026年11月24日（周二）14:00."""
    return f"{cn_date(value)} {cn_time(value)}" if value else "—"


@register.filter
def phone(number: str) -> str:
    """138 0000 0000, in groups to read out."""
    digits = str(number or "").removeprefix("+86")
    return f"{digits[:3]} {digits[3:7]} {digits[7:]}" if len(digits) == 11 and digits.isdigit() else digits


@register.simple_tag
def in_chinese(text: Any) -> str:
    """A source string in Chinese whatever the language of the page."""
    with override("zh-hans"):
        return str(text)
