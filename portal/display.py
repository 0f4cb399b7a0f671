"""How a reader sees the site: size of type, contrast, language. Choices live in cookies, never in the cache."""

from collections.abc import Callable

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from portal.base.cookies import remember_language
from portal.base.forms import sometimes
from portal.permissions.gate import public

YEAR = 365 * 24 * 3600


class DisplayForm(forms.Form):
    """Size of type and contrast."""

    size = sometimes(
        forms.ChoiceField(
            label=_("字的大小"),
            choices=[("", _("标准")), ("l", _("大")), ("xl", _("特大"))],
            widget=forms.RadioSelect,
        )
    )
    theme = sometimes(
        forms.ChoiceField(
            label=_("颜色"),
            choices=[("", _("标准")), ("contrast", _("高对比：黑底，白字和黄字"))],
            widget=forms.RadioSelect,
        )
    )


def safe_next(request: HttpRequest, url: str) -> str:
    """The page to go back to, if it is one of ours."""
    allowed = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if allowed and url.startswith("/") else "/"


@never_cache
@public
def display(request: HttpRequest) -> HttpResponse:
    """The choices; with `set` in the query they are kept and the reader goes back. No secret, so no POST."""
    back = safe_next(request, request.GET.get("next", "/"))
    if "set" not in request.GET:
        form = DisplayForm(
            initial={"size": request.COOKIES.get("size", ""), "theme": request.COOKIES.get("theme", "")}
        )
        return render(request, "portal/display.html", {"display_form": form, "back": back})
    form = DisplayForm(request.GET)
    if not form.is_valid():
        return render(request, "portal/display.html", {"display_form": form, "back": back}, status=422)
    response = redirect(back)
    for name in ("size", "theme"):
        keep(response, name, form.cleaned_data[name], secure=request.is_secure())
    return response


def keep(response: HttpResponse, name: str, value: str, *, secure: bool) -> None:
    """Set or take back one choice."""
    if value:
        response.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=True, secure=secure)
    else:
        response.delete_cookie(name, samesite="Lax")


class ReaderLanguage:
    """Staff read the unprefixed pages in the language of their account; the public by the address.

    The doors have one address for both languages, so a reader who is not logged in brings the language along.
    """

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/en/") and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        elif request.path_info.startswith("/accounts/"):
            return self._at_the_door(request)
        return self.get_response(request)

    def _at_the_door(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("language", "")
        code = asked or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if code in dict(settings.LANGUAGES):
            translation.activate(code)
            request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        if asked in dict(settings.LANGUAGES):
            remember_language(response, asked)
        return response
