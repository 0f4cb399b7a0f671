"""One's own page of how to be told: which messages by which channel, how often, and when not."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.accounts.messaging import CHOSEN, MessagesForm, choose_messages, chosen_by
from portal.base.carriers.choices import choice_of
from portal.base.carriers.registry import carries
from portal.permissions.gate import signed_in


@signed_in
def choose(request: HttpRequest) -> HttpResponse:
    """The form; a POST keeps it."""
    choice = choice_of(request.user)
    form = MessagesForm(request.POST or None, initial=chosen_by(request.user, choice))
    if form.is_valid():
        given = form.cleaned_data
        choose_messages(
            user=request.user,
            channels={kind: given[kind] for kind in CHOSEN},
            pace=given["pace"],
            quiet_from=given["quiet_from"],
            quiet_to=given["quiet_to"],
            email=given.get("email", request.user.email),
        )
        messages.success(request, _("记下了，以后照这样告诉您"))
        return redirect("portal:messages")
    context = {"form": form, "by_phone": carries("sms")}
    return render(request, "portal/messages.html", context, status=422 if form.is_bound else 200)
