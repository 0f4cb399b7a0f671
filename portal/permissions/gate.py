"""Default deny: a route without a declared rule answers nobody.

Every view carries its rule by a decorator (`public`, `signed_in`, `needs`); routes of other
packages are declared by prefix in `policy.THIRD_PARTY`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from portal.permissions.hats import hats


@dataclass(frozen=True)
class Rule:
    """Who may call a route. `audience` is public, signed_in or needs; `permissions` any of which suffices."""

    audience: str
    permissions: tuple[str, ...] = ()
    takes_object: str = ""
    methods: tuple[str, ...] = ("GET", "POST")


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
    view: Callable | None = None, *, takes_object: str = "", methods: tuple[str, ...] = ("GET", "POST")
) -> Callable:
    """Anybody logged in may call this route; what they reach is theirs alone."""
    if view is None:
        return lambda inner: _mark(inner, Rule("signed_in", takes_object=takes_object, methods=methods))
    return _mark(view, Rule("signed_in", methods=methods))


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
    if not any(hat.rules.two_factor for hat in hats(request.user)):
        return False
    methods = request.session.get("account_authentication_methods", [])
    return not any(method.get("method") == "mfa" for method in methods)


class GateMiddleware:
    """Refuses a route without a rule (404), the anonymous (login) and the unentitled (403, or 404 for objects)."""

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"
        return response

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict
    ) -> HttpResponse | None:
        from portal.permissions.policy import rule_for

        match = request.resolver_match
        rule = rule_for(view, match.route) if match else None
        if rule is None:
            raise Http404
        if rule.audience == "public":
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if rule.audience != "signed_in" and lacks_second_factor(request):
            return redirect("mfa_activate_totp")
        if may_enter(request.user, rule):
            return None
        if rule.takes_object:
            raise Http404
        raise PermissionDenied
