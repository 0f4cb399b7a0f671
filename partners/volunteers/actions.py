"""Writing a volunteer's record. The application in the vetting room decides and records."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from partners.network.models import Region
from partners.providers.actions import create_provider, set_reach, set_state, update_provider
from partners.providers.models import ProviderKind, ProviderState
from partners.volunteers.facts import YOUNGEST, VolunteerFacts
from partners.volunteers.models import Volunteer, VolunteerState
from partners.volunteers.profile import COLUMNS, column_of, write_beside
from portal.accounts.identities import identity_of
from portal.base.models import record_number
from portal.base.periods import age_on, local_date
from portal.base.refused import Refused


def write_volunteer(user: Any, facts: VolunteerFacts, at: datetime) -> Volunteer:
    """Create or refill the one volunteer record of this person, pending. Refused: too_young."""
    row = Volunteer.objects.filter(user=user).first() or Volunteer(user=user, no=record_number("VO"))
    if facts.card is not None:
        if age_on(facts.card.birth_date, local_date(at)) < YOUNGEST:
            raise Refused("too_young", _("满 16 周岁才能报名，欢迎以后再来"), "id_number")
        row.birth_date, row.sex = facts.card.birth_date, facts.card.sex
        user.identity = identity_of(facts.card, name=user.name)
        user.save(update_fields=["identity"])
    row.state = VolunteerState.PENDING
    row.home = facts.home
    for name in COLUMNS:
        setattr(row, name, column_of(facts, name))
    row.consent_version, row.consented_at = facts.consent_version, at
    row.lat, row.lng = _position(facts.home)
    row.version += 1 if row.pk else 0
    row.save()
    write_beside(row, facts)
    return row


def open_volunteer(row: Volunteer) -> None:
    """Approved: give the badge and the provider row under which the volunteer can be asked."""
    towns = list(row.towns.all())
    if row.provider is None:
        row.provider = create_provider(
            kind=ProviderKind.VOLUNTEER,
            name=row.user.get_full_name(),
            home=row.home,
            services=row.services,
            townships=towns,
            state=ProviderState.LIVE,
            lat=row.lat,
            lng=row.lng,
            capacity=2,
        )
    else:
        update_provider(row.provider, name=row.user.get_full_name(), home=row.home, lat=row.lat, lng=row.lng)
        set_reach(row.provider, services=row.services, townships=towns)
        set_state(row.provider, ProviderState.LIVE)
    row.badge_no = row.badge_no or record_number("ZY", 6)
    row.state = VolunteerState.APPROVED
    row.version += 1
    row.save(update_fields=["provider", "badge_no", "state", "version", "updated_at"])


def close_volunteer(row: Volunteer) -> None:
    """Not approved, or withdrawn: the record ends; the person may ask again."""
    row.state = VolunteerState.ENDED
    row.version += 1
    row.save(update_fields=["state", "version", "updated_at"])


def leave_volunteering(*, user: Any, at: datetime) -> None:
    """A farewell: whoever closes their account is asked for nothing more."""
    row = Volunteer.objects.filter(user=user).exclude(state=VolunteerState.ENDED).first()
    if row is not None:
        close_volunteer(row)
        if row.provider is not None:
            set_state(row.provider, ProviderState.ENDED)


def _position(home: Region) -> tuple[float | None, float | None]:
    if home.lat is None and home.parent is not None:
        return home.parent.lat, home.parent.lng
    return home.lat, home.lng
