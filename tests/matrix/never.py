"""F: numbers that nobody ever gave."""

import uuid
from typing import Any

NEVER = "F"
NEVER_NUMBERS = {"no": "X-00000000", "visit_no": "X-00000001", "alert_no": "X-00000002", "username": "nobody-here",
                 "code": "T99999999", "secret": "never", "name": "never", "verb": "suspend", "step": "answer", "day": "1999-01-01",
                 "position": 99, "number": 1, "pk": 1}  # fmt: skip


def never(name: str, kind: str) -> Any:
    """A value for a parameter of a path that no row ever had."""
    return uuid.UUID("018f0000-0000-7000-8000-000000000000") if kind == "uuid" else NEVER_NUMBERS[name]
