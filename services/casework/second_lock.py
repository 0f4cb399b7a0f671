"""Row-level security on PostgreSQL: the door once more, in the database, on every table that hangs from a household.

`LOCKED` is the one list. A new table with a way to a household gets a line here: the column that leads on, and
to which table. A test names every table that is missing. `manage.py row_security on` puts the policies up,
`off` takes them down; with ROW_LEVEL_SECURITY=on each `migrate` puts them up anew.
The rule is the one of `services.recipients.door`, asked of the rows themselves: posts, memberships and grants
valid now, ties of near kin. It is a second lock, not the first: it knows no fields, masks or windows.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connections

from portal.base.row_security import ACTION, SETTING, SYSTEM
from portal.permissions.roles import ROLES

HOUSEHOLD = "services_household"


def _not_kin(column: str) -> str:
    """The household is none that is shut to the person as near kin; the array is read once a statement."""
    return f"{column} <> ALL ((SELECT door_shut())::bigint[])"


@dataclass(frozen=True)
class Locked:
    """A table, the column that leads on to a household, the table it leads to; `also` opens a row otherwise."""

    table: str
    column: str = "household_id"
    to: str = HOUSEHOLD
    also: str = ""
    tells_kin: bool = False

    @property
    def condition(self) -> str:
        """When a row shows; `also` opens no row of a household that is shut to near kin."""
        leads_on = f"EXISTS (SELECT 1 FROM {self.to} up WHERE up.id = {self.table}.{self.column})"  # noqa: S608
        also = self.also
        if also and self.to == HOUSEHOLD and not self.tells_kin:
            also = f"({also}) AND ({self.column} IS NULL OR {_not_kin(self.column)})"
        return " OR ".join(part for part in ("(SELECT door_open())", leads_on, also) if part)


_PERSON, _TASK, _PLANNED, _RECORD = (
    "services_person",
    "services_task",
    "services_plannedvisit",
    "services_visitrecord",
)
_MINE = "user_id = (SELECT door_person())"
_GRANT_AT_PLACE = "door_region_of(content_object_id) IN (SELECT door_regions())"

LOCKED: tuple[Locked, ...] = (
    # recipients
    Locked(_PERSON),
    Locked("services_circleperson"),
    Locked("services_householdrisk"),
    Locked("services_handovernote"),
    Locked("services_householdpause"),
    Locked("services_householdmove"),
    Locked("services_numberredirect"),
    Locked("services_filechange"),
    Locked("services_fileending"),
    Locked("services_kintie", also="user_id IN (SELECT door_selves())", tells_kin=True),
    Locked("services_sightcase", also=f"household_id IS NULL OR {_MINE}"),
    Locked("services_unmasking", also=_MINE),
    Locked("services_review"),
    Locked("services_careclock"),
    Locked("services_lookin"),
    Locked("services_assessment", "person_id", _PERSON),
    Locked("services_personcategory", "person_id", _PERSON),
    Locked("services_deathnotice", "person_id", _PERSON),
    Locked("services_careagreement", "person_id", _PERSON),
    Locked("services_careplan", "person_id", _PERSON),
    Locked("services_careplanline", "plan_id", "services_careplan"),
    # intake: a report has a place before it has a household
    Locked(
        "services_report",
        also="region_id IN (SELECT door_regions()) OR reported_by_id = (SELECT door_person())",
    ),
    # tasks, matching: an offer opens its need to the team that is asked, as far as the offer's page shows it
    Locked("services_need", also="door_offered(household_id, id)"),
    Locked(_TASK, "need_id", "services_need"),
    Locked("services_assignment", "task_id", _TASK),
    Locked("services_offer", "need_id", "services_need"),
    # visits
    Locked(_PLANNED, "task_id", _TASK),
    Locked(_RECORD, "planned_id", _PLANNED),
    Locked("services_visitamendment", "record_id", _RECORD),
    Locked("services_visitphoto", "record_id", _RECORD),
    Locked("services_visitdecision", "record_id", _RECORD),
    Locked("services_visitdoubt", "record_id", _RECORD),
    Locked("services_alert"),
    Locked("services_discovery"),
    # sync: an envelope whose household is not named belongs to its sender alone
    Locked("services_visitticket", "planned_id", _PLANNED),
    Locked("services_syncinbox", "planned_id", _PLANNED, also="planned_id IS NULL"),
    # privacy: what is about a volunteer names no person of a household
    Locked("services_consent", "person_id", _PERSON, also="person_id IS NULL"),
    Locked("services_subjectrequest", "person_id", _PERSON, also="person_id IS NULL"),
    Locked("services_datahold", also="household_id IS NULL"),
    # imports: a pair is the door's to judge by both ends
    Locked("services_importmark", "person_id", _PERSON),
    Locked("services_likeness", "one_id", _PERSON),
)

_VALID = "{row}.valid_from <= statement_timestamp() AND {row}.valid_to > statement_timestamp()"
# The two grant tables carry the door itself: one's own rows, those of one's teams, and those at one's place.
GRANTS = {
    "services_householdusergrant": (
        f"(SELECT door_open()) OR (({_MINE} OR {_GRANT_AT_PLACE}) AND {_not_kin('content_object_id')})"
    ),
    "services_householdteamgrant": (
        f"(SELECT door_open()) OR ((group_id IN (SELECT door_teams()) OR {_GRANT_AT_PLACE}) "
        f"AND {_not_kin('content_object_id')})"
    ),
}
_HOUSEHOLD = (
    f"(SELECT door_open()) OR ({_not_kin('id')} AND ((SELECT door_everywhere()) OR region_id IN (SELECT door_regions()) "  # noqa: S608
    "OR ((SELECT door_carries()) AND EXISTS (SELECT 1 FROM services_householdusergrant g "
    f"WHERE g.content_object_id = services_household.id AND g.{_MINE} AND {_VALID.format(row='g')})) "
    "OR EXISTS (SELECT 1 FROM services_householdteamgrant g WHERE g.content_object_id = services_household.id "
    f"AND g.group_id IN (SELECT door_teams()) AND {_VALID.format(row='g')}) "
    "OR id = ANY ((SELECT door_late())::bigint[]) OR door_offered(id, NULL)))"
)


def conditions() -> dict[str, str]:
    """The policy of every locked table."""
    return {HOUSEHOLD: _HOUSEHOLD, **GRANTS, **{row.table: row.condition for row in LOCKED}}


def _roles(has: Any) -> str:
    return ", ".join(f"'{name}'" for name, role in sorted(ROLES.items()) if has(role)) or "''"


def functions() -> list[str]:
    """What the policies ask, as functions whose plans the server keeps. The roles are those of the table of roles."""
    places, teams = _roles(lambda role: role.sees_place), _roles(lambda role: role.sees_team)
    judges = _roles(lambda role: "services.confirm_visit" in role.permissions)
    answers = _roles(lambda role: "services.answer_offer" in role.permissions)
    carries = _roles(lambda role: role.sees_person)
    active = "EXISTS (SELECT 1 FROM portal_user u WHERE u.id = door_person() AND u.is_active)"
    post = f"partners_post p WHERE p.user_id = door_person() AND {_VALID.format(row='p')} AND {active}"
    member = (
        "partners_membership m JOIN partners_provider pr ON pr.id = m.provider_id AND pr.state = 'live' "
        f"WHERE m.user_id = door_person() AND {_VALID.format(row='m')} AND {active}"
    )
    # Asked from behind the policies, where the name of the setting is another.
    judged = (
        "SELECT m.provider_id FROM partners_membership m JOIN partners_provider pr ON pr.id = m.provider_id "  # noqa: S608
        f"AND pr.state = 'live' WHERE m.user_id = person AND {_VALID.format(row='m')} AND m.role IN ({judges})"
    )
    setting = f"current_setting('{SETTING}', true)"
    return [
        _function(
            "door_open()", "boolean", f"RETURN coalesce({setting} IN ('{SYSTEM}', '{ACTION}'), false);"
        ),
        _function(
            "door_person()", "bigint", f"RETURN CASE WHEN {setting} ~ '^[0-9]+$' THEN {setting}::bigint END;"
        ),
        _function(
            "door_everywhere()",
            "boolean",
            f"RETURN (SELECT count(*) FROM partners_region WHERE level = 'county') = 1 AND EXISTS (SELECT 1 FROM "  # noqa: S608
            f"partners_region r JOIN {post.replace(' WHERE ', ' ON p.region_id = r.id WHERE ', 1)} "
            f"AND r.level = 'county' AND p.role IN ({places}));",
        ),
        _function(
            "door_regions()",
            "SETOF bigint",
            "RETURN QUERY SELECT r.id FROM partners_region r JOIN partners_region held "  # noqa: S608
            "ON r.path >= held.path AND starts_with(r.path, held.path) "
            f"WHERE held.id IN (SELECT p.region_id FROM {post} AND p.role IN ({places}));",
        ),
        _function(
            "door_teams()",
            "SETOF integer",
            f"RETURN QUERY SELECT pr.team_id FROM {member} AND m.role IN ({teams});",  # noqa: S608
        ),
        _function(
            "door_carries()",
            "boolean",
            f"RETURN EXISTS (SELECT 1 FROM {member} AND m.role IN ({carries})) "  # noqa: S608
            f"OR EXISTS (SELECT 1 FROM {post} AND (p.role IN ({carries}) OR p.department_id IS NOT NULL)) "
            f"OR EXISTS (SELECT 1 FROM partners_volunteer v WHERE v.user_id = door_person() "
            f"AND v.state = 'approved' AND {active});",
        ),
        # Every account of one human: a tie of kin holds for them all.
        _function(
            "door_selves()",
            "SETOF bigint",
            "RETURN QUERY SELECT u.id FROM portal_user u WHERE u.id = door_person() OR u.identity_id IN "  # noqa: S608
            "(SELECT me.identity_id FROM portal_user me WHERE me.id = door_person());",
        ),
        # The next five look behind the policies for one moment, or they would ask themselves.
        _behind(
            "door_kin_of(person bigint)",
            "bigint[]",
            "ARRAY(SELECT k.household_id FROM services_kintie k JOIN portal_user u ON u.id = k.user_id "  # noqa: S608
            "LEFT JOIN portal_user me ON me.id = person "
            f"WHERE (u.id = person OR u.identity_id = me.identity_id) AND {_VALID.format(row='k')})",
        ),
        _function(
            "door_shut()",
            "bigint[]",
            "RETURN CASE WHEN door_person() IS NULL THEN '{}' ELSE door_kin_of(door_person()) END;",
        ),
        # Records that a task left open: their agency judges them, their author completes what was sent back.
        _behind(
            "door_late_of(person bigint)",
            "bigint[]",
            f"ARRAY({_late('r.author_id = person', ['returned'])} UNION "
            f"{_late(f't.provider_id IN ({judged})', ['submitted', 'flagged'])})",
        ),
        _function(
            "door_late()",
            "bigint[]",
            "RETURN CASE WHEN door_person() IS NULL THEN '{}' ELSE door_late_of(door_person()) END;",
        ),
        _behind(
            "door_region_of(household bigint)",
            "bigint",
            "(SELECT h.region_id FROM services_household h WHERE h.id = household)",
        ),
        _behind(
            "door_asked(person bigint, household bigint, need bigint)",
            "boolean",
            "EXISTS (SELECT 1 FROM services_offer o JOIN services_need n ON n.id = o.need_id "  # noqa: S608
            "JOIN partners_membership m ON m.provider_id = o.provider_id "
            "JOIN partners_provider pr ON pr.id = m.provider_id AND pr.state = 'live' "
            f"WHERE n.household_id = household AND (need IS NULL OR n.id = need) AND m.user_id = person "
            f"AND m.role IN ({answers}) AND {_VALID.format(row='m')})",
        ),
        _function(
            "door_offered(household bigint, need bigint)",
            "boolean",
            "RETURN EXISTS (SELECT 1 FROM door_teams()) AND door_asked(door_person(), household, need);",
        ),
    ]


def _late(whose: str, verdicts: list[str]) -> str:
    """The households of ended tasks with a record in one of these verdicts."""
    words = ", ".join(f"'{verdict}'" for verdict in verdicts)
    return (
        "SELECT n.household_id FROM services_visitrecord r JOIN services_plannedvisit p ON p.id = r.planned_id "  # noqa: S608
        "JOIN services_task t ON t.id = p.task_id AND t.state = 'ended' JOIN services_need n ON n.id = t.need_id "
        f"WHERE r.verdict IN ({words}) AND {whose}"
    )


def _function(head: str, returns: str, body: str, declare: str = "") -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {head} RETURNS {returns} LANGUAGE plpgsql STABLE "
        f"AS $door$ {declare} BEGIN {body} END $door$"
    )


def _behind(head: str, returns: str, answer: str) -> str:
    """A function that answers as the system and gives the name back; an error takes the whole change back."""
    name = f"'{SETTING}'"
    return _function(
        head,
        returns,
        f"PERFORM set_config({name}, '{SYSTEM}', true); told := {answer}; "
        f"PERFORM set_config({name}, was, true); RETURN told;",
        f"DECLARE was text := coalesce(current_setting({name}, true), ''); told {returns};",
    )


def put_up(connection: Any) -> None:
    """Lock every table of the list that exists."""
    take_down(connection)
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        if not {HOUSEHOLD, "services_offer"} <= there:
            return
        for statement in functions():
            cursor.execute(statement)
        for table, condition in conditions().items():
            if table in there:
                cursor.execute(f"CREATE POLICY door ON {table} USING ({condition})")
                cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")


def take_down(connection: Any) -> None:
    """Unlock every table that is locked, of this list or of an older one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_policies WHERE policyname = 'door' AND schemaname = current_schema()"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"DROP POLICY door ON {table}")
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")


def after_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    """Receiver of `post_migrate`: the policies follow the tables."""
    if settings.ROW_LEVEL_SECURITY and connections[using].vendor == "postgresql":
        put_up(connections[using])


def problems(connection: Any) -> list[str]:
    """Why the second lock does not hold: a role that passes by it, or a table without it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        passes_by = cursor.fetchone()[0]
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace "
            "AND relrowsecurity AND relforcerowsecurity"
        )
        locked = {name for (name,) in cursor.fetchall()}
    found = [f"{table} is not locked" for table in conditions() if table not in locked]
    if passes_by:
        found.insert(
            0, "the database role passes by every policy: connect as one without superuser or BYPASSRLS"
        )
    return found
