"""Reads for the pages of a household."""

from django.db.models import Prefetch, QuerySet

from services.recipients.models import CirclePerson, HandoverNote, Household, Person


def with_people(household: Household) -> Household:
    """The same household with its people, their newest assessments and categories."""
    people = Person.objects.prefetch_related("assessments", "categories").order_by(
        "-relation", "birth_date", "pk"
    )
    rows = Household.objects.select_related("region", "region__parent", "township")
    around = CirclePerson.objects.select_related("person")
    notes = HandoverNote.objects.select_related("author")
    return rows.prefetch_related(
        Prefetch("persons", queryset=people),
        Prefetch("circle", queryset=around),
        Prefetch("handovers", queryset=notes),
        "risks",
        "pauses",
    ).get(pk=household.pk)


def needs_of(household: Household) -> QuerySet:
    """The needs of a household, the open ones first."""
    return household.needs.order_by("state", "due_at")
