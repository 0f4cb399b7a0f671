"""Whose papers: a provider, a volunteer or a worker as one thing, and who stands where to it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from partners.memberships.models import Membership, MembershipState
from partners.network.queries import in_subtrees
from partners.providers.models import Provider, ProviderKind, ProviderState
from partners.vetting.access import CHECK, DECIDE, same_human
from partners.vetting.lifecycle import OPEN
from partners.vetting.paper_models import Office, Paper, PartyKind, Requirement
from partners.vetting.standing_queries import party_kind
from partners.volunteers.models import Volunteer, VolunteerState
from portal.accounts.models import User
from portal.permissions.hats import places_for, teams_for

MANAGE = "partners.manage_team"
FIRMS = (ProviderKind.AGENCY, ProviderKind.STATION, ProviderKind.INDIVIDUAL)


@dataclass(frozen=True)
class Party:
    """One party with the row behind it."""

    row: Any

    @property
    def kind(self) -> str:
        """Which requirements hold for it."""
        return party_kind(self.row)

    @property
    def label(self) -> str:
        """The kind in words."""
        return str(PartyKind(self.kind).label)

    @property
    def no(self) -> str:
        """Its record number, as in addresses."""
        return str(self.row.no)

    @property
    def name(self) -> str:
        """What people call it."""
        return str(self.row.name if isinstance(self.row, Provider) else self.row.user.get_full_name())

    @property
    def provider(self) -> Provider | None:
        """The provider that is, or behind which it stands."""
        return self.row if isinstance(self.row, Provider) else self.row.provider

    @property
    def owner(self) -> dict[str, Any]:
        """The column of a paper that names it."""
        column = {Provider: "provider", Volunteer: "volunteer", Membership: "membership"}[type(self.row)]
        return {column: self.row}

    @property
    def of_paper(self) -> dict[str, Any]:
        """What a new paper of it carries."""
        return {**self.owner, "person": self.user}

    @property
    def services(self) -> list[str]:
        """The services that it does or asks to do."""
        if isinstance(self.row, Volunteer):
            return list(self.row.services)
        return sorted(row.service for row in self.provider.services.all()) if self.provider else []

    @property
    def place(self) -> str:
        """The path of the township that answers for it."""
        home = self.row.home if not isinstance(self.row, Membership) else self.row.provider.home
        return home.path[:8] if home is not None else ""

    @property
    def user(self) -> Any:
        """The person that it is; None for a provider."""
        return None if isinstance(self.row, Provider) else self.row.user


def party_of_paper(paper: Paper) -> Party:
    """Whose paper this is."""
    return Party(paper.provider or paper.volunteer or paper.membership)


def providers() -> QuerySet[Provider]:
    """Agencies, stations and individuals that have not left."""
    return (
        Provider.objects.filter(kind__in=FIRMS)
        .exclude(state=ProviderState.ENDED)
        .select_related("home", "organisation")
        .prefetch_related("services")
    )


def volunteers() -> QuerySet[Volunteer]:
    """Volunteers that have not left."""
    return Volunteer.objects.exclude(state=VolunteerState.ENDED).select_related("home", "user", "provider")


def workers() -> QuerySet[Membership]:
    """Present members of providers: whoever goes to a door, a head too, hands in a worker's papers."""
    joined = Membership.objects.filter(state=MembershipState.JOINED, valid_to__gt=timezone.now())
    return joined.select_related("user", "provider__home")


def own_parties(user: Any) -> list[Party]:
    """What the person hands in papers for: their firm, themselves as a volunteer, themselves as a worker."""
    asked = Q(organisation__applications__applicant=user, organisation__applications__state__in=OPEN)
    firms = providers().filter(asked | Q(team__in=teams_for(user, MANAGE))).distinct().order_by("pk")
    rows = [*firms, *volunteers().filter(user=user), *workers().filter(user=user).order_by("pk")]
    return [Party(row) for row in rows]


def own_party(user: Any, no: str) -> Party:
    """One of those, or a worker of a team that the person manages. Raises Http404."""
    for party in own_parties(user):
        if party.no == no:
            return party
    row = workers().filter(provider__team__in=teams_for(user, MANAGE), no=no).first()
    if row is None:
        raise Http404
    return Party(row)


def places_of_desk(user: Any) -> list[str]:
    """The places where the person checks or decides."""
    return sorted({*places_for(user, CHECK), *places_for(user, DECIDE)})


def desk_providers(user: Any) -> QuerySet[Provider]:
    """The firms at the places of the desk."""
    return providers().filter(in_subtrees(places_of_desk(user), "home__path"))


def desk_volunteers(user: Any) -> QuerySet[Volunteer]:
    """The volunteers at the places of the desk."""
    return volunteers().filter(in_subtrees(places_of_desk(user), "home__path"))


def desk_party(user: Any, no: str) -> Party:
    """One party at a place of the desk. Raises Http404."""
    places = places_of_desk(user)
    row = (
        desk_providers(user).filter(no=no).first()
        or desk_volunteers(user).filter(no=no).first()
        or workers().filter(in_subtrees(places, "provider__home__path"), no=no).first()
    )
    if row is None:
        raise Http404
    return Party(row)


def desk_papers(user: Any) -> QuerySet[Paper]:
    """Every paper of a party at the places of the desk."""
    places = places_of_desk(user)
    return Paper.objects.filter(
        in_subtrees(places, "provider__home__path")
        | in_subtrees(places, "volunteer__home__path")
        | in_subtrees(places, "membership__provider__home__path")
    ).select_related(
        "provider__home",
        "provider__organisation",
        "volunteer__home",
        "volunteer__user",
        "volunteer__provider",
        "membership__user",
        "membership__provider__home",
        "handed_in_by",
        "decided_by",
        "document",
    )


def reaches(user: Any, party: Party, office: str) -> bool:
    """Whether the person sits in this office for the party's place; the bureau does what townships do."""
    permissions = (DECIDE,) if office == Office.BUREAU else (CHECK, DECIDE)
    return any(
        party.place.startswith(place) for permission in permissions for place in places_for(user, permission)
    )


def sees(user: Any, party: Party, requirement: Requirement | None) -> bool:
    """Whether the desk's person may read papers of this requirement; of one no longer asked, the bureau."""
    return reaches(user, party, requirement.shown_to if requirement is not None else Office.BUREAU)


def stands_with(user: Any, party: Party) -> bool:
    """Whether the person stands on the party's side: it is they, or they work there now or asked for it."""
    if party.user is not None and same_human(user, party.user):
        return True
    if party.provider is None:
        return False
    same = [user.pk]
    if user.identity_id is not None:
        same = list(User.objects.filter(identity_id=user.identity_id).values_list("pk", flat=True))
    return (
        Membership.objects.filter(
            provider=party.provider, user__in=same, valid_to__gt=timezone.now()
        ).exists()
        or Provider.objects.filter(
            pk=party.provider.pk, organisation__applications__applicant__in=same
        ).exists()
    )
