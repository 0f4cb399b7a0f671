"""Dated grants on households: guardian's direct rows, with validity, cause and the list's sort keys.

One permission only, `view_household`. Written and ended by the actions of the room that causes
them (`services.recipients.access.open_file`, `close_file`); guardian's own writers are shut.
"""

from typing import Any, NoReturn

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import models
from django.db.models import F, Q
from guardian.managers import BaseObjectPermissionManager
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from portal.base.models import OPEN_END


class NotByGuardian(TypeError):
    """Household grants are dated; guardian's undated writers must not touch them."""


class GrantManager(BaseObjectPermissionManager):
    """Guardian can tell what these rows are, but not write them without dates."""

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NotByGuardian("grants on households are given and ended by services.recipients.access")

    assign_perm = bulk_assign_perm = assign_perm_to_many = assign = _refuse
    remove_perm = bulk_remove_perm = remove_perm_from_many = _refuse


class DatedGrant(models.Model):
    """What a grant carries besides guardian's columns.

    The foreign keys have no index of their own: those of the two lists begin with them or nobody asks by them, and
    ending thousands of grants at once pays for every index.
    """

    content_object = models.ForeignKey("services.Household", on_delete=models.CASCADE)
    permission = models.ForeignKey(Permission, on_delete=models.CASCADE, db_index=False)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(default=OPEN_END)
    cause = models.CharField(max_length=60)
    township = models.ForeignKey(
        "partners.Region", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    name_key = models.CharField(max_length=120)
    objects = GrantManager()

    class Meta:
        abstract = True


class HouseholdUserGrant(DatedGrant, UserObjectPermissionBase):  # type: ignore[misc]  # our manager, on purpose
    """One person may see one household, from then until then, because of `cause`."""

    content_object = models.ForeignKey(
        "services.Household", on_delete=models.CASCADE, related_name="user_grants", db_index=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["user", "township", "name_key", "content_object", "valid_to", "valid_from"],
                name="usergrant_list",
            ),
            models.Index(fields=["content_object", "valid_to"], name="usergrant_household"),
            models.Index(fields=["cause"], name="usergrant_cause"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="usergrant_open_once",
                fields=["user", "content_object", "cause"],
                condition=Q(valid_to=OPEN_END),
            ),
            models.CheckConstraint(
                name="usergrant_ends_after_start", condition=Q(valid_from__lte=F("valid_to"))
            ),
        ]

    def __str__(self) -> str:
        return self.cause


class HouseholdTeamGrant(DatedGrant, GroupObjectPermissionBase):  # type: ignore[misc]  # the same
    """The members of one provider's team who hold `manage_tasks` there may see one household."""

    content_object = models.ForeignKey(
        "services.Household", on_delete=models.CASCADE, related_name="team_grants", db_index=False
    )
    group = models.ForeignKey(Group, on_delete=models.CASCADE, db_index=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["group", "township", "name_key", "content_object", "valid_to", "valid_from"],
                name="teamgrant_list",
            ),
            models.Index(fields=["content_object", "valid_to"], name="teamgrant_household"),
            models.Index(fields=["cause"], name="teamgrant_cause"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="teamgrant_open_once",
                fields=["group", "content_object", "cause"],
                condition=Q(valid_to=OPEN_END),
            ),
            models.CheckConstraint(
                name="teamgrant_ends_after_start", condition=Q(valid_from__lte=F("valid_to"))
            ),
        ]

    def __str__(self) -> str:
        return self.cause
