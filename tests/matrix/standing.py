"""Who stands where in the matrix's world, and how a line of expectations is written. Households are named by letters (see `world`): A own, B a
colleague's, C same township but the station's, D other township, E ended yesterday, F never was.
"""

from dataclasses import dataclass, field

ALL = ["A", "B", "C", "D", "E"]
CARERS = {
    "volunteer-liu",
    "volunteer-wu",
    "volunteer-zhao",
    "volunteer-chen",
    "worker-tonghe",
    "worker-nuanlin",
}
MANAGERS = {"manager-tonghe", "manager-nuanlin"}
HEADS = MANAGERS | {"station-shitan", "station-huashi"}
VILLAGES = {"village-gucheng", "village-luohan"}
TOWNSHIPS = {"township-shitan", "township-huashi"}
DESKS = TOWNSHIPS | {"bureau"}
NOBODY: set[str] = set()
# Whoever can log in at all.
EVERYBODY = CARERS | HEADS | VILLAGES | DESKS | {
    "applicant", "inspector", "editor", "sysadmin", "finance", "department-yibao",
}  # fmt: skip

# Which persona stands where to each household.
VILLAGE = {
    "A": {"village-gucheng"}, "B": {"village-gucheng"}, "C": NOBODY, "D": NOBODY, "E": {"village-gucheng"},
}  # fmt: skip
TOWNSHIP = {letter: {"township-huashi"} if letter == "D" else {"township-shitan"} for letter in ALL}
DESK = {letter: TOWNSHIP[letter] | {"bureau"} for letter in ALL}
AGENCY = {
    "A": {"manager-tonghe"},
    "B": {"manager-tonghe"},
    "C": {"station-shitan"},
    "D": {"manager-nuanlin"},
    "E": NOBODY,
}
LEAD = {"A": {"worker-tonghe"}, "B": NOBODY, "C": {"station-shitan"}, "D": {"worker-nuanlin"}, "E": NOBODY}
COMPANION = {"A": {"volunteer-liu"}, "B": NOBODY, "C": NOBODY, "D": {"volunteer-zhao"}, "E": NOBODY}
# The officer of D's village is near kin of D, so nothing of it is theirs.
INSPECTED = {"A": NOBODY, "B": NOBODY, "C": {"inspector"}, "D": NOBODY, "E": NOBODY}
GLASS = {"A": NOBODY, "B": {"sysadmin"}, "C": NOBODY, "D": NOBODY, "E": NOBODY}
BREAKS_GLASS = TOWNSHIPS | {"inspector", "sysadmin"}
# Visits that an ended task left open: the agency says its word to those records, and sees nothing else.
LEFT_OPEN = {**dict.fromkeys(ALL, NOBODY), "E": {"manager-tonghe"}}
REFERRED = {"A": NOBODY, "B": {"department-yibao"}, "C": NOBODY, "D": NOBODY, "E": NOBODY}


def both(*tables: dict[str, set[str]]) -> dict[str, set[str]]:
    """Who stands in any of these tables."""
    return {letter: set().union(*(table.get(letter, NOBODY) for table in tables)) for letter in ALL}


CARER = both(LEAD, COMPANION)
HANDS = both(LEAD, COMPANION, AGENCY, TOWNSHIP)  # who goes there, who sends them, who keeps the file
SEES = both(VILLAGE, DESK, AGENCY, CARER, REFERRED, INSPECTED, GLASS)
OPENS = both(AGENCY, INSPECTED, GLASS)
READS = both(AGENCY, DESK)
PHOTO = both(LEAD, AGENCY, DESK)
LOOKS = both(AGENCY, {letter: {"bureau"} for letter in ALL})  # the township sees names anyway
BEFORE_WINDOW = {**dict.fromkeys(ALL, NOBODY), "C": {"station-shitan"}}  # as head of the station, at any time
REPORTED = both(VILLAGE, TOWNSHIP)  # what was reported in one's own area
BUREAU = {letter: {"bureau"} for letter in ALL}
OFFERED = {**AGENCY, "E": {"manager-tonghe"}}  # one's own answered offers stay readable; they name nobody
NO_COPY = dict.fromkeys(ALL, NOBODY)
HOLDER = {"A": {"manager-tonghe"}, "C": NOBODY, "D": {"manager-nuanlin"}}
ANNEX = {letter: HOLDER[letter] | {"bureau", "finance"} for letter in HOLDER}
IMPORTED = {"shitan": {"township-shitan", "bureau"}, "huashi": {"township-huashi", "bureau"}}
PUBLIC, SIGNED = "public", "signed in"


@dataclass(frozen=True)
class Line:
    """One route. `may` (by label) for routes with an object of `kind`; `who` for functions."""

    methods: str
    who: str | frozenset[str] = frozenset()
    kind: str = ""
    may: dict[str, set[str]] = field(default_factory=dict)
    body: dict[str, str] = field(default_factory=dict)
    post: dict[str, set[str]] | None = None  # who may send, where fewer than may look
    also: frozenset[int] = frozenset()


def G(who: str | set[str]) -> Line:
    """A page without an object."""
    return Line("G", who if isinstance(who, str) else frozenset(who))


def F(who: str | set[str]) -> Line:
    """A form without an object, or a page that also answers POST."""
    return Line("GP", who if isinstance(who, str) else frozenset(who))


def P(who: str | set[str]) -> Line:
    """An act without an object."""
    return Line("P", who if isinstance(who, str) else frozenset(who))


def see(kind: str, may: dict[str, set[str]]) -> Line:
    """A page of an object."""
    return Line("G", kind=kind, may=may)


def form(kind: str, may: dict[str, set[str]]) -> Line:
    """A form about an object."""
    return Line("GP", kind=kind, may=may)


def act(kind: str, may: dict[str, set[str]], **body: str) -> Line:
    """An act on an object."""
    return Line("P", kind=kind, may=may, body=body)
