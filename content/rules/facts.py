"""What a rule may know of somebody: a plain value that the self-check and the register both fill.

None is 'not known'. No name, no address and no row of the database is in it, so a rule can reach none.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """A number known to lie between two ends, both included; without `high` there is no upper end."""

    low: int
    high: int | None = None

    def __post_init__(self) -> None:
        if self.high is not None and self.high < self.low:
            raise ValueError("a span ends after it starts")

    def at_least(self, number: int) -> bool | None:
        """Whether it is this much or more; None if the span lies on both sides."""
        if self.low >= number:
            return True
        return False if self.high is not None and self.high < number else None

    def below(self, number: int) -> bool | None:
        """Whether it is less."""
        enough = self.at_least(number)
        return None if enough is None else not enough


@dataclass(frozen=True)
class Facts:
    """One person and the household around them.

    `age` in full years; `income` of the household per head and month in fen, without what the law leaves out
    (basic pension of residents, old-age allowance, allowances of honour). `incapable`: disabled as 民发〔2021〕43号
    Art. 5 counts it (mind and psyche grade 1 to 3, limbs 1 and 2, sight 1); `severe`: any kind, grade 1 or 2.
    """

    age: Span | None = None
    income: Span | None = None
    rural: bool | None = None
    at_home: bool | None = None
    away: bool | None = None  # away from home without food or roof
    tekun: bool | None = None
    dibao: bool | None = None
    low_income: bool | None = None
    former_poor: bool | None = None
    within_property: bool | None = None
    supported: bool | None = None  # somebody is bound by law and able to support
    incapable: bool | None = None
    severe: bool | None = None
    disabled: bool | None = None  # any kind and grade
    ill: bool | None = None  # seriously ill, or much spent on treatment
    student: bool | None = None  # a child of the household, or the person, goes to school
    jobless: bool | None = None  # somebody could work and has none
    unsafe_house: bool | None = None  # surveyed as grade C or D
    worn_house: bool | None = None  # cracks, leaks
    no_house: bool | None = None
    disaster: bool | None = None
    sudden: bool | None = None  # sudden illness, accident, loss
    traffic: bool | None = None
    wronged: bool | None = None  # a lawsuit, or harmed without compensation
    big_cost: bool | None = None  # some other spending the household cannot bear
