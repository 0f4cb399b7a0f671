"""Who may reset whom: rules that upper rooms register, because the ground knows no teams."""

from collections.abc import Callable
from typing import Any

ResetRule = Callable[[Any, Any], bool]
_rules: list[ResetRule] = []


def register_reset_rule(rule: ResetRule) -> None:
    """Add `rule(by, user)`; called once by an app's `ready`."""
    if rule not in _rules:
        _rules.append(rule)


def may_reset(by: Any, user: Any) -> bool:
    """Whether a rule lets `by` reset `user`; nobody may while no rule is registered, and nobody oneself."""
    return by.is_active and by.pk != user.pk and any(rule(by, user) for rule in _rules)
