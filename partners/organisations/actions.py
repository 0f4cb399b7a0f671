"""Writing an organisation's facts. The application in the vetting room decides and records."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from partners.organisations.facts import OrganisationFacts
from partners.organisations.models import Organisation
from partners.providers.actions import create_provider, set_reach, update_provider
from partners.providers.models import Provider, ProviderKind
from portal.base.models import record_number
from portal.base.refused import Refused

STATED = (
    "kind",
    "name",
    "uscc",
    "uscc_checksum_ok",
    "uscc_override_reason",
    "registrar",
    "registered_until",
    "legal_representative",
    "contact_name",
    "contact_phone",
    "address",
    "introduction",
    "supervisor",
    "rating",
    "rating_from",
    "report_year",
    "report_result",
)


def create_organisation(facts: OrganisationFacts, *, capacity: int = 10) -> Organisation:
    """A pending provider with its organisation."""
    provider = create_provider(
        kind=ProviderKind.AGENCY,
        name=facts.name,
        home=facts.office,
        services=facts.services,
        townships=facts.townships,
        lat=facts.lat,
        lng=facts.lng,
        capacity=capacity,
    )
    return Organisation.objects.create(
        no=record_number("O"), provider=provider, **{field: getattr(facts, field) for field in STATED}
    )


def update_organisation(organisation: Organisation, facts: OrganisationFacts) -> None:
    """Write what the organisation states now."""
    for field in STATED:
        setattr(organisation, field, getattr(facts, field))
    organisation.version += 1
    organisation.save(update_fields=[*STATED, "version", "updated_at"])
    provider = organisation.provider
    update_provider(provider, name=facts.name, home=facts.office, lat=facts.lat, lng=facts.lng)
    set_reach(provider, services=facts.services, townships=facts.townships)


def settle_uscc(organisation: Organisation) -> None:
    """The code now belongs to this organisation alone. Refused: uscc_held."""
    organisation.uscc_settled = True
    try:
        with transaction.atomic():
            organisation.save(update_fields=["uscc_settled", "updated_at"])
    except IntegrityError:
        organisation.uscc_settled = False
        raise Refused(
            "uscc_held", _("这个统一社会信用代码已有一家机构在用。请核对证件，再决定退回还是不通过")
        ) from None


def stated_facts(provider: Provider) -> OrganisationFacts:
    """What the organisation behind this provider states now."""
    row = provider.organisation
    assert provider.home is not None  # an organisation is made with its office
    return OrganisationFacts(
        **{field: getattr(row, field) for field in STATED},
        office=provider.home,
        services=tuple(provider.services.order_by("service").values_list("service", flat=True)),
        townships=tuple(reach.region for reach in provider.townships.select_related("region")),
        lat=provider.lat,
        lng=provider.lng,
    )
