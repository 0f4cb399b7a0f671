"""How the site itself is: messages that wait or were given up, recurring jobs, the audit chain."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base import relay, sealing, worker
from portal.base.audit import record
from portal.base.calendar_days import missing_years
from portal.base.carriers import carrying
from portal.base.carriers.letters import CHANNELS
from portal.base.carriers.models import Carriage, CarriageState
from portal.base.carriers.registry import carriers_of
from portal.base.models import AuditEvent, JobLease, OutboxMessage
from portal.permissions.gate import needs

LETTERS_A_PAGE = 50
PROBING_SHOWN = timedelta(days=7)
SEE = "portal.view_health"


def state_of_site(now: datetime) -> dict[str, Any]:
    """What waits, what was given up, when each job ran last, who tried numbers, what calendar is missing."""
    ran = dict(JobLease.objects.values_list("name", "last_run_at"))
    return {
        "waiting": relay.waiting().count(),
        "oldest": relay.waiting().order_by("created_at").values_list("created_at", flat=True).first(),
        "given_up": relay.dead_letters().count(),
        "carrying": Carriage.objects.filter(state=CarriageState.WAITING).count(),
        "uncarried": carrying.dead_carriages().count(),
        "unsealed": sealing.settled(now).count(),
        "jobs": [(name, ran.get(name)) for name in sorted(worker.jobs())],
        "probing": AuditEvent.objects.filter(verb="sight.probing", at__gt=now - PROBING_SHOWN).count(),
        "missing": missing_years(timezone.localdate(now)),
    }


@needs(SEE, methods=("GET",))
def health(request: HttpRequest) -> HttpResponse:
    """What waits, what was given up, and when each job ran last. No names: codes and numbers only."""
    context = state_of_site(timezone.now()) | {
        "carriers": [(channel, [carrier.name for carrier in carriers_of(channel)]) for channel in CHANNELS],
        "uncarried_rows": carrying.dead_carriages()[:LETTERS_A_PAGE],
        "page": Paginator(relay.dead_letters(), LETTERS_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "portal/health.html", context)


@needs(SEE, methods=("POST",))
def revive(request: HttpRequest) -> HttpResponse:
    """Try one dead letter again."""
    chosen = request.POST.get("message", "")
    known = chosen.isascii() and chosen.isdecimal() and len(chosen) < 18
    message = OutboxMessage.objects.filter(pk=int(chosen)).first() if known else None
    if message is not None and relay.revive(message=message):
        record(request.user, "message.revived", message, topic=message.topic)
        messages.success(request, _("放回去了，马上再送一次"))
    else:
        messages.error(request, _("这条消息已经不在了，或正在送"))
    return redirect("portal:health")


@needs(SEE, methods=("POST",))
def carry_again(request: HttpRequest) -> HttpResponse:
    """Try to send one message once more that no carrier took."""
    chosen = request.POST.get("carriage", "")
    known = chosen.isascii() and chosen.isdecimal() and len(chosen) < 18
    row = Carriage.objects.filter(pk=int(chosen)).first() if known else None
    if row is not None and carrying.revive(carriage=row, at=timezone.now()):
        record(request.user, "carriage.revived", row, channel=row.channel)
        messages.success(request, _("放回去了，马上再发一次"))
    else:
        messages.error(request, _("这条已经不在了，或正在发"))
    return redirect("portal:health")
