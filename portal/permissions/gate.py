"""Default deny: a route without a declared rule answers nobody.

Every view carries its rule by a decorator (`public`, `signed_in`, `needs`); routes of other
packages are declared by prefix in `policy.THIRD_PARTY`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from portal.permissions.clock import session_over
from portal.permissions.factor import strong_factors
from portal.permissions.hats import hats
from portal.permissions.kept import forget, keep, last_user, typed_in
from portal.permissions.stepup import asks_again


@dataclass(frozen=True)
class Rule:
    """Who may call a route. `audience` is public, signed_in or needs; `permissions` any of which suffices.

    `one_factor` routes answer before the second factor is shown: enrolling and showing it.
    """

    audience: str
    permissions: tuple[str, ...] = ()
    takes_object: str = ""
    methods: tuple[str, ...] = ("GET", "POST")
    one_factor: bool = False


def _mark(view: Callable, rule: Rule) -> Callable:
    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    marked.rule = rule  # type: ignore[attr-defined]
    return marked


def public(view: Callable | None = None, *, methods: tuple[str, ...] = ("GET",)) -> Callable:
    """Anybody may call this route."""
    if view is None:
        return lambda inner: _mark(inner, Rule("public", methods=methods))
    return _mark(view, Rule("public", methods=methods))


def signed_in(
    view: Callable | None = None,
    *,
    takes_object: str = "",
    methods: tuple[str, ...] = ("GET", "POST"),
    one_factor: bool = False,
) -> Callable:
    """Anybody logged in may call this route; what they reach is theirs alone."""
    rule = Rule("signed_in", takes_object=takes_object, methods=methods, one_factor=one_factor)
    return (lambda inner: _mark(inner, rule)) if view is None else _mark(view, rule)


def needs(*permissions: str, takes_object: str = "", methods: tuple[str, ...] = ("GET", "POST")) -> Callable:
    """People with any of these permissions may call this route. `takes_object` names the model in the URL."""
    return lambda view: _mark(view, Rule("needs", permissions, takes_object, methods))


def may_enter(user: Any, rule: Rule) -> bool:
    """Whether the rule lets this person call the route at all."""
    if rule.audience == "public":
        return True
    if not user.is_authenticated:
        return False
    return rule.audience == "signed_in" or any(user.has_perm(permission) for permission in rule.permissions)


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether a hat of the person demands two factors and this session has shown only one."""
    methods = request.session.get("account_authentication_methods", [])
    if any(method.get("method") == "mfa" for method in methods):
        return False
    return any(hat.rules.two_factor for hat in hats(request.user))


class GateMiddleware:
    """Refuses a route without a rule (404), the anonymous (login) and the unentitled (403, or 404 for objects)."""

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            if "Cache-Control" not in response:
                response["Cache-Control"] = "private, no-store"
            if request.method == "POST" and response.status_code < 400:
                forget(request, response, request.get_full_path())
        return response

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict
    ) -> HttpResponse | None:
        from portal.permissions.policy import rule_for

        match = request.resolver_match
        rule = rule_for(view, match.route) if match else None
        # No key in a database holds a NUL.
        if rule is None or any("\x00" in str(part) for part in kwargs.values()):
            raise Http404
        if request.method not in rule.methods and (request.method != "HEAD" or "GET" not in rule.methods):
            return HttpResponseNotAllowed(rule.methods)
        if rule.audience == "public":
            return None
        return self._refusal(request, rule)

    def _refusal(self, request: HttpRequest, rule: Rule) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return to_login(request, last_user(request))
        if session_over(request):
            user = request.user
            logout(request)
            return to_login(request, user)
        if not rule.one_factor and lacks_second_factor(request):
            return to_second_factor(request)
        if may_enter(request.user, rule):
            return to_step_up(request, rule) if asks_again(request) else None
        if rule.takes_object:
            raise Http404
        raise PermissionDenied


def _come_back_to(request: HttpRequest, response: HttpResponse, user: Any, instead: str = "") -> str:
    """Where to go on afterwards: the page asked for; for a form, the page that shows what was typed.

    What cannot be kept (passwords, codes, very long texts) leads to the page `instead`.
    """
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    typed = typed_in(request)
    kept = typed is not None and user is not None and keep(typed, user, response)
    return reverse("portal:kept") if kept else instead or reverse("portal:landing")


def to_login(request: HttpRequest, user: Any) -> HttpResponse:
    """To the login door; `user` is who had been logged in, as far as known."""
    if request.path.startswith("/api/"):
        return JsonResponse(
            {"code": "login_required", "status": 401}, status=401, content_type="application/problem+json"
        )
    response = HttpResponse(status=302)
    back = _come_back_to(request, response, user)
    # A door has one address for both languages: the English pages say which.
    asked = {"next": back} | ({"language": "en"} if request.path_info.startswith("/en/") else {})
    response["Location"] = f"{reverse('account_login')}?{urlencode(asked)}"
    return response


def to_second_factor(request: HttpRequest) -> HttpResponse:
    """To showing the second factor, or to setting one up."""
    if request.path.startswith("/api/"):
        return JsonResponse(
            {"code": "second_factor_required", "status": 401},
            status=401,
            content_type="application/problem+json",
        )
    if not strong_factors(request.user).exists():
        return redirect("mfa_activate_totp")
    response = HttpResponse(status=302)
    back = _come_back_to(request, response, request.user)
    response["Location"] = f"{reverse('mfa_reauthenticate')}?{urlencode({'next': back})}"
    return response


def to_step_up(request: HttpRequest, rule: Rule) -> HttpResponse:
    """To showing once more who one is; what was typed waits meanwhile."""
    response = HttpResponse(status=302)
    back = _come_back_to(request, response, request.user, request.path if "GET" in rule.methods else "")
    door = "mfa_reauthenticate" if strong_factors(request.user).exists() else "account_reauthenticate"
    response["Location"] = f"{reverse(door)}?{urlencode({'next': back})}"
    return response
