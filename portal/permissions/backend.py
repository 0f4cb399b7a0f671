"""Django's question 'may this user?', answered from hats and dated grants."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from guardian.backends import ObjectPermissionBackend

from portal.permissions.hats import permissions_of
from portal.permissions.roles import ALL_PERMISSIONS

ObjectRule = Callable[[Any, str, Any], bool]
_object_rules: dict[type[Model], ObjectRule] = {}


def register_object_rule(model: type[Model], rule: ObjectRule) -> None:
    """Let `rule(user, permission, obj)` alone decide for rows of `model`."""
    _object_rules[model] = rule


class HatBackend(ObjectPermissionBackend):
    """Without an object: the roles table. With one: its registered rule, else guardian's rows.

    A registered rule's no is final: guardian's own reading knows no dates.
    """

    def authenticate(self, request: Any, *args: Any, **credentials: Any) -> None:
        """Never logs anybody in; the one login door is allauth's."""
        return

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not user_obj.is_active:
            return False
        if obj is None:
            held = perm in permissions_of(user_obj)
            if not held and perm in ALL_PERMISSIONS:
                raise PermissionDenied  # final: Django's own backend would let any superuser in
            return held
        rule = _object_rules.get(type(obj))
        if rule is None:
            return super().has_perm(user_obj, perm, obj)
        if not rule(user_obj, perm, obj):
            raise PermissionDenied
        return True

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Whether any hat carries a permission of that app."""
        return any(perm.startswith(f"{app_label}.") for perm in permissions_of(user_obj))

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if obj is None:
            return set(permissions_of(user_obj))
        if type(obj) in _object_rules:
            return {
                perm for perm in permissions_of(user_obj) if _object_rules[type(obj)](user_obj, perm, obj)
            }
        return set(super().get_all_permissions(user_obj, obj))
