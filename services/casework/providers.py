"""The kinds of work on the desk, in the order of the page."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.network.queries import in_subtrees
from partners.providers.models import ProviderState
from partners.vetting.models import Application, ApplicationState
from portal.base.dates import day_words
from portal.permissions.hats import places_for
from services.casework.care_providers import CARE_COUNTED, CARE_PROVIDERS, UNSEEN
from services.casework.desk import Counted, Item, Provider, link, register_counted, register_provider
from services.contracts.access import contracts_visible_to
from services.contracts.models import ContractState
from services.intake.access import reports_to_verify
from services.intake.models import ReportState
from services.matching.models import Offer, OfferState
from services.recipients.grants import HouseholdUserGrant
from services.recipients.models import Household
from services.recipients.why import cause_in_words
from services.tasks.access import MATCH, VERIFY, needs_at_place
from services.tasks.models import Need, NeedState, Task, TaskState
from services.visits.company import rows_alone
from services.visits.dangers import words_of
from services.visits.models import Alert, AlertState, PlannedVisit, Verdict, VisitRecord

READ_VISIT, ALERT = "services.read_visit", "services.receive_alert"
# Who keeps the files of a township arranges its volunteers; the county reads of it at the task.
TOWNSHIP = "services.edit_household"
CHECK, DECIDE = "partners.check_application", "partners.decide_application"
PLACE = ("region__parent", "township")


def _at_home(prefix: str) -> list[str]:
    return [f"{prefix}{name}" for name in PLACE]


def _where(household: Any) -> str:
    region = household.region
    above = f"{region.parent} " if region.level == "group" else ""
    return f"{household.township} {above}{region}"


def _alerts(user: Any, now: datetime) -> QuerySet:
    rows = Alert.objects.visible_to(user).exclude(state=AlertState.CLOSED)
    return rows.select_related(*_at_home("household__")).order_by("level", "raised_at", "pk")


def _alert(row: Alert, names: dict[int, str]) -> Item:
    return Item(
        title=f"{words_of(row.flag)} {names[row.household_id]}",
        sub=f"{row.get_level_display()} · {row.get_state_display()} · {_where(row.household)}",
        url=link("services:visits:desk_alert", row.no),
        urgent=row.level == "r1",
    )


def _reports(user: Any, now: datetime) -> QuerySet:
    rows = reports_to_verify(user).filter(state=ReportState.RECEIVED)
    return rows.select_related("region__parent").order_by("due_at", "pk")


def _report(row: Any, names: dict[int, str]) -> Item:
    above = f"{row.region.parent} " if row.region.parent else ""
    return Item(
        title=row.get_trouble_display(),
        sub=f"{row.no} · {above}{row.region}",
        url=link("services:casework:report", row.no),
        due_at=row.due_at,
        urgent=row.urgent,
    )


def _needs(permission: str, state: str) -> Any:
    def rows(user: Any, now: datetime) -> QuerySet:
        found = needs_at_place(user, permission).filter(state=state)
        return found.select_related(*_at_home("household__")).order_by("due_at", "pk")

    return rows


def _need(route: str) -> Any:
    def item(row: Need, names: dict[int, str]) -> Item:
        return Item(
            title=f"{names[row.household_id]} {row.get_service_display()}",
            sub=f"{row.no} · {_where(row.household)}",
            url=link(route, row.no),
            due_at=row.due_at,
            urgent=row.urgent,
        )

    return item


def _offers(user: Any, now: datetime) -> QuerySet:
    rows = Offer.objects.filter(need__in=needs_at_place(user, MATCH).values("pk"), state=OfferState.WAITING)
    rows = rows.select_related("provider", "need", *_at_home("need__household__"))
    return rows.order_by("expires_at", "pk")


def _offer(row: Offer, names: dict[int, str]) -> Item:
    return Item(
        title=f"{names[row.need.household_id]} {row.need.get_service_display()}",
        sub=_("%(no)s · 等%(provider)s答复") % {"no": row.no, "provider": row.provider},
        url=link("services:needs:detail", row.need.no),
        due_at=row.expires_at,
    )


def _unassigned(user: Any, now: datetime) -> QuerySet:
    """Tasks without anybody, and those of a provider that is stopped: somebody else has to be found."""
    left = Q(state=TaskState.UNASSIGNED) | Q(state=TaskState.LIVE, provider__state=ProviderState.SUSPENDED)
    rows = Task.objects.filter(left, need__in=needs_at_place(user, VERIFY, MATCH).values("pk"))
    rows = rows.select_related("provider", "need", *_at_home("need__household__"))
    return rows.order_by("valid_from", "pk")


def _task(row: Task, names: dict[int, str]) -> Item:
    if row.provider.state == ProviderState.SUSPENDED:
        return Item(
            title=f"{names[row.need.household_id]} {row.need.get_service_display()}",
            sub=_("%(no)s · %(provider)s停用了，要另找人") % {"no": row.no, "provider": row.provider},
            url=link("services:tasks:desk_detail", row.no),
            urgent=True,
        )
    return Item(
        title=f"{names[row.need.household_id]} {row.need.get_service_display()}",
        sub=_("%(no)s · %(provider)s还没派人") % {"no": row.no, "provider": row.provider},
        url=link("services:needs:detail", row.need.no),
    )


def _alone(user: Any, now: datetime) -> QuerySet:
    """Coming visits of volunteers who must not go alone and have nobody valid along."""
    here = in_subtrees(places_for(user, VERIFY), "task__need__household__region__path")
    mine = PlannedVisit.objects.visible_to(user).filter(here)
    rows = PlannedVisit.objects.filter(pk__in=rows_alone(mine, now))
    path = "task__need__household__"
    return rows.select_related("task__need", *_at_home(path)).order_by("starts_at", "pk")


def _visit_alone(row: PlannedVisit, names: dict[int, str]) -> Item:
    household = row.task.need.household
    return Item(
        title=f"{names[household.pk]} {row.task.need.get_service_display()}",
        sub=f"{day_words(row.day)} · {_where(household)}",
        url=link("services:tasks:desk_detail", row.task.no),
        due_at=row.starts_at,
    )


def _visits(user: Any, now: datetime) -> QuerySet:
    waiting = [Verdict.SUBMITTED, Verdict.FLAGGED]
    rows = VisitRecord.objects.visible_to(user).filter(verdict__in=waiting)
    path = "planned__task__need__household__"
    rows = rows.select_related("planned__task__provider", "planned__task__need", *_at_home(path))
    return rows.defer("answers", "note").order_by("received_at", "pk")


def _applications(user: Any, now: datetime) -> QuerySet:
    """The township checks first; then the county decides. Each sees only the step that is theirs."""
    decides = places_for(user, DECIDE)
    checks = [path for path in places_for(user, CHECK) if path not in decides]
    mine = Q(in_subtrees(checks, "township__path"), checked_at=None) | Q(
        in_subtrees(decides, "township__path"), checked_at__isnull=False
    )
    rows = Application.objects.filter(mine, state=ApplicationState.SUBMITTED)
    return rows.select_related("township").order_by("due_on", "pk")


def _application(row: Application, names: dict[int, str]) -> Item:
    due = _("%(day)s前答复") % {"day": day_words(row.due_on)} if row.due_on else ""
    return Item(
        title=row.get_kind_display(),
        sub=" · ".join(str(part) for part in (row.no, row.township, due) if part),
        url=link("partners:vetting_detail", row.no),
    )


def _contracts(user: Any, now: datetime) -> QuerySet:
    rows = contracts_visible_to(user).filter(state=ContractState.ACTIVE)
    return rows.select_related("provider").order_by("ends_on", "pk")


def _contract(row: Any, names: dict[int, str]) -> Item:
    return Item(
        title=row.title,
        sub=_("%(no)s · %(provider)s · 到 %(day)s")
        % {"no": row.no, "provider": row.provider, "day": day_words(row.ends_on - timedelta(days=1))},
        url=link("services:contracts:detail", row.no),
    )


def _opened(user: Any, now: datetime) -> QuerySet:
    """Files that a draw or a referral opens to this person today; whoever may not see one finds no line."""
    named = Q(cause__startswith="inspection:") | Q(cause__startswith="referral:")
    rows = HouseholdUserGrant.objects.filter(named, user=user, valid_from__lte=now, valid_to__gt=now)
    rows = rows.filter(content_object__in=Household.objects.visible_to(user).values("pk"))
    return rows.select_related("content_object", *_at_home("content_object__")).order_by("valid_to", "pk")


def _opened_file(row: HouseholdUserGrant, names: dict[int, str]) -> Item:
    household, last = row.content_object, day_words(timezone.localdate(row.valid_to))
    return Item(
        title=f"{names[household.pk]} {cause_in_words(row.cause)}",
        sub=_("%(no)s · %(where)s · 看到 %(day)s")
        % {"no": household.no, "where": _where(household), "day": last},
        url=link("services:recipients:detail", household.no),
    )


PROVIDERS = (
    Provider(
        "alerts", gettext_lazy("紧急情况"), gettext_lazy("没有没处理的紧急情况。"), (ALERT,),
        _alerts, _alert, lambda row: row.household, "services:visits:desk_alerts",
    ),
    Provider(
        "reports", gettext_lazy("上报待核实"), gettext_lazy("没有待核实的上报。"), (VERIFY,),
        _reports, _report, None, "services:intake:list",
    ),
    Provider(
        "needs_to_verify", gettext_lazy("需求待核实"), gettext_lazy("没有待核实的需求。"), (VERIFY,),
        _needs(VERIFY, NeedState.TO_VERIFY), _need("services:needs:detail"), lambda row: row.household,
        "services:needs:list",
    ),
    Provider(
        "needs_to_match", gettext_lazy("需求待匹配"), gettext_lazy("没有待匹配的需求。"), (MATCH,),
        _needs(MATCH, NeedState.TO_MATCH), _need("services:matching:need"), lambda row: row.household,
        "services:matching:queue",
    ),
    Provider(
        "offers", gettext_lazy("派单等答复"), gettext_lazy("没有等答复的派单。"), (MATCH,),
        _offers, _offer, lambda row: row.need.household, "services:matching:offers",
    ),
    Provider(
        "tasks", gettext_lazy("任务没派人"), gettext_lazy("每件任务都派了人。"), (VERIFY, MATCH),
        _unassigned, _task, lambda row: row.need.household, "services:tasks:desk_list",
    ),
    Provider(
        "alone", gettext_lazy("要两个人去，只有一个"), gettext_lazy("要两个人去的上门都有人陪。"), (TOWNSHIP,),
        _alone, _visit_alone, lambda row: row.task.need.household, "services:tasks:desk_list",
    ),
    Provider(
        "applications", gettext_lazy("申请待办"), gettext_lazy("没有待办的申请。"), (CHECK, DECIDE),
        _applications, _application, None, "partners:vetting",
    ),
    Provider(
        "contracts", gettext_lazy("履行中的合同"), gettext_lazy("没有履行中的合同。"), ("services.view_contract",),
        _contracts, _contract, None, "services:contracts:list",
    ),
    Provider(
        "drawn", gettext_lazy("抽到您检查的住户"), gettext_lazy("抽到您的抽查任务会出现在这里。抽签前看不到住户。"),
        ("services.inspect_household",), _opened, _opened_file, lambda row: row.content_object,
    ),
    Provider(
        "referred", gettext_lazy("转给您部门的住户"), gettext_lazy("转给您部门的事项会出现在这里。现在没有。"),
        ("services.answer_referral",), _opened, _opened_file, lambda row: row.content_object,
    ),
)  # fmt: skip
VISITS = Counted(
    "visits", gettext_lazy("上门记录待确认"), gettext_lazy("没有待确认的上门记录。"), (READ_VISIT,),
    _visits, "services:visits:desk_list",
)  # fmt: skip


def register_all() -> None:
    """Put the kinds of work on the desk; called once by the app's `ready`."""
    for provider in (UNSEEN, *PROVIDERS, *CARE_PROVIDERS):
        register_provider(provider)
    for kind in (VISITS, *CARE_COUNTED):
        register_counted(kind)
