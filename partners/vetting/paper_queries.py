"""What pages show of papers: each requirement with how it stands and what was handed in for it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from partners.vetting import parties
from partners.vetting.paper_models import Paper, PaperState, PartyKind, Requirement
from partners.vetting.papers import BY_HAND, asked_of, objection
from partners.vetting.parties import Party
from partners.vetting.standing import Fact, Line, Standing, Subject, line_on, standing
from partners.vetting.standing_queries import demand_of, read_rules, rules_for, subject_of, subjects_of
from portal.base.periods import local_date
from portal.base.status_words import status_word


@dataclass(frozen=True)
class Row:
    """One requirement on a page: how it stands, the paper that waits, the last one that was not accepted."""

    requirement: Requirement
    line: Line
    waiting: Paper | None = None
    refused: Paper | None = None

    @property
    def by_hand(self) -> bool:
        """Whether the party hands something in for it."""
        return self.requirement.sort in BY_HAND

    @property
    def word(self) -> str:
        """The state as a tag: waiting and refused go before missing."""
        if self.line.holds or self.line.state == "lapsed":
            return self.line.state
        if self.waiting is not None:
            return "waiting"
        return "refused" if self.refused is not None else self.line.state

    @property
    def shown(self) -> str:
        """The state in words."""
        return str(status_word("requirement", self.word)[0])


@dataclass(frozen=True)
class Sheet:
    """One party with its standing and all that is asked of it."""

    party: Party
    standing: Standing
    rows: tuple[Row, ...]

    @property
    def lacking(self) -> list[Row]:
        """What is not met."""
        return [row for row in self.rows if not row.line.holds]


def sheet_of(party: Party, at: datetime) -> Sheet:
    """The sheet of one party."""
    on = local_date(at)
    subject = subject_of(party.row, on)
    papers = list(Paper.objects.filter(**party.owner).order_by("-handed_in_at", "-pk"))
    services = party.services
    asked = [
        row
        for row in rules_for(party.row, read_rules(on))
        if row.valid_from <= on < row.valid_to and row.service in ("", *services)
    ]
    return Sheet(party, standing(subject, at), tuple(_row(row, subject, papers, on) for row in asked))


def _row(requirement: Requirement, subject: Subject, papers: list[Paper], on: date) -> Row:
    own = [paper for paper in papers if paper.code == requirement.code]
    waiting = next((paper for paper in own if paper.state == PaperState.HANDED_IN), None)
    last = own[0] if own else None
    refused = last if last is not None and last.state == PaperState.REFUSED else None
    return Row(requirement, line_on(demand_of(requirement), subject.facts, on), waiting, refused)


def lacking_for(row: Any, services: list[str], at: datetime) -> list[Requirement] | None:
    """What is asked in general and for these services and not met on the day; None when nothing is asked at all."""
    on = local_date(at)
    rules = rules_for(row, read_rules(on))
    asked = [r for r in rules if r.valid_from <= on < r.valid_to and r.service in ("", *services)]
    if not asked:
        return None
    facts: tuple[Fact, ...] = subject_of(row, on).facts
    return [r for r in asked if not line_on(demand_of(r), facts, on).holds]


def papers_to_decide(user: Any) -> QuerySet[Paper]:
    """The papers that wait, the nearest deadline first."""
    rows = parties.desk_papers(user).filter(state=PaperState.HANDED_IN)
    return rows.order_by("due_on", "handed_in_at", "pk")


def requirement_names() -> dict[str, str]:
    """What each code is called now."""
    return {row.code: str(row) for row in read_rules().rows}


def papers_shown(user: Any, party: Party, at: datetime) -> list[dict[str, Any]]:
    """Every paper of a party that the desk's person may read, the latest first."""
    rules = {row.code: row for row in rules_for(party.row, read_rules(local_date(at)))}
    rows = Paper.objects.filter(**party.owner).select_related("handed_in_by", "decided_by")
    return [
        {"row": row, "name": str(rules.get(row.code, row.code))}
        for row in rows.order_by("-handed_in_at", "-pk")
        if parties.sees(user, party, rules.get(row.code))
    ]


def workers_shown(party: Party, at: datetime) -> list[dict[str, Any]]:
    """The workers of a firm with their standing."""
    if party.kind not in (PartyKind.ORGANISATION, PartyKind.STATION):
        return []
    rows = list(parties.workers().filter(provider=party.row).order_by("valid_from", "pk"))
    subjects = subjects_of(rows, on=local_date(at))
    return [{"party": Party(row), "standing": standing(subjects[row.pk], at)} for row in rows]


@dataclass(frozen=True)
class PaperView:
    """One paper before somebody of the desk, with what they may do."""

    paper: Paper
    party: Party
    requirement: Requirement | None
    why_not: str


def paper_view(user: Any, paper: Paper, on: date) -> PaperView | None:
    """The paper for one who may read it; None for others."""
    party = parties.party_of_paper(paper)
    requirement = asked_of(party, paper.code, on)
    if not parties.sees(user, party, requirement):
        return None
    no = objection(user, party, requirement)
    return PaperView(paper, party, requirement, no.message if no is not None else "")
