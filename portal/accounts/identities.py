"""The human behind logins: one Identity for one ID number."""

from django.db import IntegrityError, transaction

from portal.accounts.models import Identity
from portal.base.identifiers import IdNumber
from portal.base.index_rotation import index_store, register_index
from portal.base.privacy import blind_index, blind_indexes

PURPOSE = "identity"


def id_blind(number: str) -> str:
    """The blind index of a checked ID number."""
    return blind_index(number, PURPOSE)


def identity_of(card: IdNumber, *, name: str) -> Identity:
    """The identity of this ID number, made if it is new; a known one keeps the name it has."""
    blind = id_blind(card.number)
    known = Identity.objects.filter(id_blind__in=blind_indexes(card.number, PURPOSE)).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return Identity.objects.create(name=name, id_number=card.number, id_blind=blind)
    except IntegrityError:
        return Identity.objects.get(id_blind=blind)


register_index(index_store(Identity, "id_number", "id_blind", PURPOSE))
