"""Whether a volunteer may go alone: the facts of the rule in `partners.volunteers.sending`, read for one need."""

from datetime import datetime

from partners.training.models import Learner
from partners.training.queries import courses_in_use, results_on
from partners.training.rules import missing
from partners.volunteers.models import Volunteer
from partners.volunteers.sending import Sent, refuse_alone
from portal.base.dates import in_english
from portal.base.periods import local_date
from portal.base.row_security import beyond
from services.tasks.models import Assignment, Need


def refuse_alone_in_a_home(
    need: Need, volunteer: Volunteer, companion: Volunteer | None, at: datetime
) -> None:
    """Two go together the first time, and always where one is under age or not yet trained. Refused: see `refuse_alone`."""
    people = [volunteer] if companion is None else [volunteer, companion]
    on = local_date(at)
    passed, courses = results_on([one.user_id for one in people], on), courses_in_use()
    facts = []
    for one in people:
        lacking = missing(courses, passed.get(one.user_id, {}), [Learner.VOLUNTEER], [need.service])
        titles = tuple(course.title_en if in_english() else course.title_zh for course in lacking)
        facts.append(Sent(one.birth_date, titles))
    company = facts[1] if companion is not None else None
    refuse_alone(facts[0], company, first_visit=not been_there(volunteer, need, at), on=on)


def been_there(volunteer: Volunteer, need: Need, at: datetime) -> bool:
    """Whether this volunteer was sent to this household before, alone or beside somebody."""
    with beyond("counts"):
        return Assignment.objects.filter(
            user=volunteer.user_id, task__need__household=need.household_id, valid_from__lt=at
        ).exists()
