"""The register of households as a list: its rows, and how fields show to the asker in each place."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from partners.network.queries import in_subtree
from portal.base.models import OPEN_END
from portal.permissions.hats import Hat, hats
from services.exports.columns import BY_KEY, Cell, allowed
from services.exports.kinds import EXPORT, ListKind, Made
from services.exports.models import RegisterExport
from services.recipients.access import Reason, Window
from services.recipients.fields import NOTHING, Shown, shown
from services.recipients.models import Household, HouseholdState, Person


def households(export: RegisterExport, asker: Any, at: datetime) -> Made:
    """The people of the place, each field as the table of fields shows it to the asker there."""
    eyes = _Eyes(asker, at)
    columns = allowed(eyes.widest(), export.columns)
    on = timezone.localdate(at)

    def rows() -> Iterator[list[str]]:
        for person in people_of(export, asker):
            seen = eyes.on(person.household)
            cell = Cell(seen, on, export.full_names and seen.mode("name") != NOTHING)
            yield [
                column.text(person, cell) if seen.mode(column.group) != NOTHING else "" for column in columns
            ]

    return Made([column.key for column in columns], [str(column.label) for column in columns], rows())


def people_of(export: RegisterExport, asker: Any) -> Iterator[Person]:
    """The living people of the files on the register that the asker sees, household by household."""
    seen = Household.objects.visible_to(asker).filter(in_subtree(export.region.path, "region__path"))
    people = Person.objects.filter(died_on=None).order_by("pk").prefetch_related("categories")
    rows = (
        seen.exclude(state=HouseholdState.CLOSED)
        .select_related("region__parent", "township")
        .prefetch_related(Prefetch("persons", people))
        .order_by("region__path", "name_key", "pk")
    )
    for household in rows.iterator(chunk_size=500):
        for person in household.persons.all():
            person.household = household
            yield person


class _Eyes:
    """How fields show to the asker in each place, decided by the table of fields."""

    def __init__(self, asker: Any, at: datetime) -> None:
        self.hats = [hat for hat in hats(asker, at) if hat.rules.sees_place and hat.region_path]
        self._known: dict[tuple[Hat, ...], Shown] = {}

    def on(self, household: Household) -> Shown:
        """The modes for one household."""
        return self._by(tuple(h for h in self.hats if household.region.path.startswith(h.region_path)))

    def widest(self) -> Shown:
        """The modes over all the asker's places, for the choice of columns."""
        return self._by(tuple(self.hats))

    def _by(self, worn: tuple[Hat, ...]) -> Shown:
        if worn not in self._known:
            reasons = [Reason("place", hat.role, hat.cause, hat.valid_to or OPEN_END) for hat in worn]
            self._known[worn] = shown(reasons, Window())
        return self._known[worn]


HOUSEHOLDS = ListKind(
    permissions=frozenset({EXPORT}),
    labels=lambda: {column.key: column.label for column in BY_KEY.values()},
    make=households,
)
