"""Erasure: every table of the register gives up what says of whom it speaks; money and lawful records stay.

Rows are found before the first change, since a way to them may lead through columns that empty. The
bytes of files go after the commit; a crash between leaves files without a row, which the sweep removes.
"""

from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.filestore import drop_files
from portal.base.refused import Refused
from portal.models import User
from services.privacy.models import DataHold, SubjectRequest
from services.privacy.reach import GONE, erase_beside, traces_of_household, traces_of_user
from services.privacy.register import HOUSEHOLD, USER, Table, rows_about, tables, tables_about
from services.recipients.models import Household, HouseholdState

__all__ = ["GONE", "drop_files", "erase_household", "erase_user", "held"]


def held(*, household: Any = None, user: Any = None, at: datetime) -> bool:
    """Whether a hold forbids to clear anything of this household or user now."""
    who = Q(household=household) if household is not None else Q(user=user)
    return DataHold.objects.filter(who, valid_from__lte=at, valid_to__gt=at).exists()


@transaction.atomic
def erase_household(*, by: Any, household: Household, ground: str, at: datetime) -> dict[str, int]:
    """De-identify everything about a household; returns rows touched by table. Refused: still_in_care, held."""
    if household.state != HouseholdState.CLOSED:
        raise Refused("still_in_care", _("这户还在册。法律要求留着，先注销档案才能删"))
    if held(household=household, at=at):
        raise Refused("held", _("这户的资料因为案子或检查要留着，现在不能删"))
    traces = traces_of_household(household)
    counts = _erase(HOUSEHOLD, household, at)
    beside = erase_beside(by=by, traces=traces)
    record(
        by, "household.erased", household, household=household, ground=ground, tables=len(counts), **beside
    )
    return counts


@transaction.atomic
def erase_user(*, by: Any, user: User, ground: str, at: datetime) -> dict[str, int]:
    """De-identify somebody who no longer takes part; hours and records keep a number. Refused: still_active, held."""
    user = User.objects.get(pk=user.pk)
    if user.is_active:
        raise Refused("still_active", _("这个账号还在用。先停用账号，才能删资料"))
    if held(user=user, at=at):
        raise Refused("held", _("这个人的资料因为案子或检查要留着，现在不能删"))
    keys = list(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    traces = traces_of_user(user)
    counts = _erase(USER, user, at)
    beside = erase_beside(by=by, traces=traces, user=user)
    record(by, "user.erased", user, ground=ground, tables=len(counts), **beside)
    return counts


def _erase(subject: str, who: Any, at: datetime) -> dict[str, int]:
    found = [
        (table, list(rows_about(table, subject, who).values_list("pk", flat=True)))
        for table in tables_about(subject)
    ]
    counts: dict[str, int] = {}
    for table, keys in found:
        if keys and (changed := _empty(table, subject, keys, at)):
            counts[table.label] = changed
    for table, keys in found:
        removed = table.removed if subject == HOUSEHOLD else table.user_removed
        if keys and removed:
            counts[table.label] = _remove(table, keys)
    _drop_copies(subject, who)
    return counts


def _empty(table: Table, subject: str, keys: list[int], at: datetime) -> int:
    """Empty the personal columns of these rows in one statement."""
    if table.removed and subject == HOUSEHOLD or table.user_removed and subject == USER:
        return 0
    both = USER in table.ways and len(table.ways) > 1
    names = table.user_empty if subject == USER and both else table.groups.get("empty", ())
    changes = {name: _nothing(table.model, name) for name in names}
    if not (subject == USER and both):
        changes |= dict.fromkeys(table.groups.get("name", ()), GONE)
        _pseudonyms(table, keys)
        _years(table, keys)
    if not changes:
        return 0
    own = {field.name for field in table.model._meta.local_fields}
    if "updated_at" in own:
        changes["updated_at"] = at
    if "version" in own:
        changes["version"] = F("version") + 1
    return table.model._base_manager.filter(pk__in=keys).update(**changes)


def _nothing(model: type[models.Model], name: str) -> Any:
    """What an emptied column holds."""
    column = model._meta.get_field(name)
    if isinstance(column, models.Field):
        if column.null:
            return None
        if isinstance(column, models.JSONField):
            return column.get_default()
    return ""


def _years(table: Table, keys: list[int]) -> None:
    for name in table.groups.get("year", ()):
        for pk, day in table.model._base_manager.filter(pk__in=keys).values_list("pk", name):
            if day is not None:
                table.model._base_manager.filter(pk=pk).update(**{name: day.replace(month=1, day=1)})


def _pseudonyms(table: Table, keys: list[int]) -> None:
    """A login keeps its row for the records that name it, under a number, and opens to nobody."""
    if "pseudonym" not in table.groups:
        return
    for user in User.objects.filter(pk__in=keys):
        user.username = f"erased-{user.pk}"
        user.set_unusable_password()
        user.save(update_fields=["username", "password"])


def _remove(table: Table, keys: list[int]) -> int:
    rows = table.model._base_manager.filter(pk__in=keys)
    files = list(rows.values_list(table.files, flat=True)) if table.files else []
    removed = rows.count()
    if table.label == "portal.OutboxMessage":
        tables()["portal.InboxItem"].model._base_manager.filter(message__in=keys).delete()
    rows.delete()
    drop_files(files)
    return removed


def _drop_copies(subject: str, who: Any) -> None:
    """Finished copies of this subject go at once."""
    mine = (
        SubjectRequest.objects.filter(person__household=who)
        if subject == HOUSEHOLD
        else SubjectRequest.objects.filter(user=who)
    ).exclude(file=None)
    files = [pk for pk in mine.values_list("file_id", flat=True) if pk is not None]
    mine.update(file=None, file_until=None)
    drop_files(files)
