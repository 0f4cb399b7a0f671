"""The ways of a correction and of a certificate."""

from portal.base.lifecycle import Lifecycle, Move
from services.hours.certificate_models import CertificateState
from services.hours.models import CorrectionState as S

CORRECTION = Lifecycle(
    accept=Move(frozenset({S.ASKED}), S.ACCEPTED),
    refuse=Move(frozenset({S.ASKED}), S.REFUSED),
    withdraw=Move(frozenset({S.ASKED}), S.WITHDRAWN),
)
CERTIFICATE = Lifecycle(
    revoke=Move(frozenset({CertificateState.ISSUED}), CertificateState.REVOKED),
)
