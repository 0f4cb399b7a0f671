"""The states of a contract."""

from portal.base.lifecycle import Lifecycle, Move
from services.contracts.models import ContractState as S

CONTRACT = Lifecycle(
    edit=Move(frozenset({S.DRAFT}), S.DRAFT),
    activate=Move(frozenset({S.DRAFT}), S.ACTIVE),
    suspend=Move(frozenset({S.ACTIVE}), S.SUSPENDED),
    resume=Move(frozenset({S.SUSPENDED}), S.ACTIVE),
    terminate=Move(frozenset({S.ACTIVE, S.SUSPENDED}), S.TERMINATED),
    reprice=Move(frozenset({S.ACTIVE}), S.ACTIVE),
)
