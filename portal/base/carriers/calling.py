"""Asking a gateway over HTTP: with time-outs, never inside a transaction, and every failure as CarrierDown."""

import json
from typing import Any

import requests
from django.db import connection

from portal.base.carriers.letters import CarrierDown, Unanswered

# Seconds to reach the gateway, and between two bytes of its answer.
TIMEOUT = (3.05, 8.0)
_MOST_BYTES = 1_000_000


def outside_transactions() -> None:
    """The network is slow and cannot be rolled back. Raises RuntimeError inside a transaction."""
    blocks = connection.atomic_blocks
    if blocks and not getattr(blocks[-1], "_from_testcase", False):
        raise RuntimeError("a carrier was called inside a transaction")


def ask(method: str, url: str, **given: Any) -> dict[str, Any]:
    """The JSON object a gateway answers with. Raises CarrierDown; Unanswered when it may have acted all the same."""
    outside_transactions()
    try:
        answer = requests.request(method, url, timeout=TIMEOUT, allow_redirects=False, stream=True, **given)
        body = answer.raw.read(_MOST_BYTES, decode_content=True)
    except (requests.ConnectTimeout, requests.exceptions.InvalidURL):
        raise CarrierDown("unreachable") from None
    except requests.ConnectionError as problem:
        # Refused and unknown hosts never saw the letter; a line cut later may have carried it.
        raise (CarrierDown if "NewConnectionError" in repr(problem) else Unanswered)("unreachable") from None
    except (requests.RequestException, OSError):
        raise Unanswered("no_answer") from None
    try:
        told = json.loads(body)
    except ValueError:
        raise Unanswered(f"http_{answer.status_code}") from None
    if not isinstance(told, dict):
        raise Unanswered(f"http_{answer.status_code}")
    return told
