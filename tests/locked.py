"""A plugin (`-p tests.locked`) for runs with ROW_LEVEL_SECURITY=on: an action called by a test works for its `by`.

Outside requests a process works for the system, so without this an action called by a test would meet no lock.
The database role of such a run is neither superuser nor BYPASSRLS, but may create databases.
"""

from collections.abc import Callable
from contextlib import ContextDecorator
from functools import wraps
from inspect import signature
from typing import Any

from django.db.transaction import Atomic

from portal.base import row_security


def _for_its_person(self: Atomic, func: Callable) -> Callable:
    """The decorator `transaction.atomic`, and around it the scope of who acts."""
    within = ContextDecorator.__call__(self, func)
    if "by" not in signature(func).parameters:
        return within

    @wraps(func)
    def acting(*args: Any, **kwargs: Any) -> Any:
        by = kwargs.get("by")
        if row_security._scope.get() is not None or by is None:
            return within(*args, **kwargs)
        with row_security.as_person(by.pk, may_write=True):
            return within(*args, **kwargs)

    return acting


Atomic.__call__ = _for_its_person  # type: ignore[method-assign]
