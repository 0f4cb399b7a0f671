"""One's own pages: account, language, and what was typed before a login ran out."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.accounts.forms import LanguageForm
from portal.base.audit import record
from portal.permissions.gate import signed_in
from portal.permissions.hats import hats
from portal.permissions.kept import forget, kept_for


@signed_in(methods=("GET",))
def landing(request: HttpRequest) -> HttpResponse:
    """After login: the desk of the first hat."""
    worn = hats(request.user)
    return redirect(worn[0].rules.landing if worn else "portal:me")


@signed_in(methods=("GET",))
def me(request: HttpRequest) -> HttpResponse:
    """One's own account: hats with their causes and ends, and the ways to change password, factor, language."""
    form = LanguageForm(initial={"language": request.user.language})
    return render(request, "portal/me.html", {"hats": hats(request.user), "language_form": form})


@signed_in(methods=("POST",))
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language of one's pages."""
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return render(
            request,
            "portal/me.html",
            {"hats": hats(request.user), "language_form": form, "form": form},
            status=422,
        )
    chosen = form.cleaned_data["language"]
    request.user.language = chosen
    request.user.save(update_fields=["language"])
    record(request.user, "account.language_chosen", request.user, language=chosen)
    with override(chosen):
        messages.success(request, _("改好了"))
    response = redirect("portal:me")
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, samesite="Lax")
    return response


@signed_in
def kept(request: HttpRequest) -> HttpResponse:
    """What one had typed when the session ended, to be looked at and sent again; a POST drops it."""
    if request.method == "POST":
        response = redirect("portal:landing")
        forget(request, response)
        messages.success(request, _("没有交，刚才填的内容已经删掉"))
        return response
    typed = kept_for(request)
    if typed is None:
        messages.info(request, _("没有留着的内容。可能已经交过，或过了半小时"))
        return redirect("portal:landing")
    return render(request, "portal/kept.html", {"typed": typed, "may_drop": True})
