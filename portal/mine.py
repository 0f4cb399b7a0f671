"""One's own pages: account, inbox, language, and what was typed before a login ran out."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from partners.memberships.access import own_invitations
from partners.network.offers import own_offers
from partners.vetting.access import own_applications
from portal.accounts.forms import LanguageForm
from portal.accounts.inbox import inbox_of, mark_read
from portal.accounts.models import User
from portal.base import topics
from portal.base.audit import record
from portal.base.cookies import remember_language
from portal.base.models import InboxItem
from portal.permissions.gate import signed_in
from portal.permissions.hat_words import hat_name, sight_lines
from portal.permissions.hats import Hat, coming_hats, hats
from portal.permissions.kept import forget, kept_for

# Small, because the right to each message is asked again when it is read.
LETTERS_A_PAGE = 10


@signed_in(methods=("GET",))
def landing(request: HttpRequest) -> HttpResponse:
    """After login: the desk of the first hat; without one, the application that is on its way."""
    worn = hats(request.user)
    if worn:
        return redirect(worn[0].rules.landing)
    return redirect("join_status" if own_applications(request.user).exists() else "portal:me")


@signed_in(methods=("GET",))
def me(request: HttpRequest) -> HttpResponse:
    """One's own account: hats with their causes and ends, and the ways to change password, factor, language."""
    form = LanguageForm(initial={"language": request.user.language})
    return render(request, "portal/me.html", {"hats": hats(request.user), "language_form": form})


@dataclass(frozen=True)
class ShownHat:
    """One capacity of the person and what it shows."""

    hat: Hat
    name: str
    lines: list[str]


@signed_in(methods=("GET",))
def hats_page(request: HttpRequest) -> HttpResponse:
    """What I may see and why: each hat with its place, from when to when; hats to come; invitations to answer."""
    now = timezone.now()
    worn = hats(request.user)
    context = {
        "shown": [ShownHat(hat, hat_name(hat), sight_lines(hat)) for hat in worn],
        "coming": [ShownHat(hat, hat_name(hat), sight_lines(hat)) for hat in coming_hats(request.user, now)],
        "invitations": own_invitations(request.user, now),
        "offers": own_offers(request.user, now),
    }
    return render(request, "portal/hats.html", context)


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
    remember_language(response, chosen)
    return response


@dataclass(frozen=True)
class Letter:
    """One message as its receiver may see it now; without the right, only that it was there."""

    item: InboxItem
    words: str
    open: bool


def _letters(user: User, items: Iterable[InboxItem]) -> list[Letter]:
    """The words of each message, made now, after asking again whether this person may know."""
    asked: dict[tuple[str, str, str], bool] = {}
    letters = []
    for item in items:
        message = item.message
        key = (message.topic, message.object_no, message.household_no)
        if key not in asked:
            asked[key] = message.topic in topics.known() and topics.may_receive(user, message)
        words = topics.words_of(message) if asked[key] else _("这件事现在不归您管了，内容看不到了")
        letters.append(Letter(item, words, asked[key]))
    return letters


@signed_in(methods=("GET",))
def inbox(request: HttpRequest) -> HttpResponse:
    """What one was told, newest first."""
    page = Paginator(inbox_of(request.user), LETTERS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "letters": _letters(request.user, page.object_list)}
    return render(request, "portal/inbox.html", context)


@signed_in(methods=("POST",))
def open_letter(request: HttpRequest) -> HttpResponse:
    """Note one message as read and go where it leads."""
    chosen = request.POST.get("item", "")
    if not (chosen.isascii() and chosen.isdecimal() and len(chosen) < 18):
        raise Http404
    item = get_object_or_404(inbox_of(request.user), pk=int(chosen))
    mark_read(request.user, [item.pk])
    letter = _letters(request.user, [item])[0]
    return redirect(topics.link_of(item.message) if letter.open else "portal:inbox")


@signed_in(methods=("POST",))
def read_all(request: HttpRequest) -> HttpResponse:
    """Note every message as read."""
    mark_read(request.user, list(inbox_of(request.user).filter(read_at=None).values_list("pk", flat=True)))
    messages.success(request, _("都标成看过了"))
    return redirect("portal:inbox")


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
