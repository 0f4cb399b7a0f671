"""The ways of a correction, of a certificate and of a request for one."""

from portal.base.lifecycle import Lifecycle, Move
from services.hours.certificate_models import CertificateState
from services.hours.models import CorrectionState as S
from services.hours.request_models import RequestedState as R

CORRECTION = Lifecycle(
    accept=Move(frozenset({S.ASKED}), S.ACCEPTED),
    refuse=Move(frozenset({S.ASKED}), S.REFUSED),
    withdraw=Move(frozenset({S.ASKED}), S.WITHDRAWN),
)
CERTIFICATE = Lifecycle(
    revoke=Move(frozenset({CertificateState.ISSUED}), CertificateState.REVOKED),
)
REQUEST = Lifecycle(
    issue=Move(frozenset({R.ASKED}), R.ISSUED),
    refuse=Move(frozenset({R.ASKED}), R.REFUSED),
    withdraw=Move(frozenset({R.ASKED}), R.WITHDRAWN),
)
