"""The Django app of the roof and the ground."""

from django.apps import AppConfig
from django.core.checks import Tags, register


class PortalConfig(AppConfig):
    """Holds the custom User; defines no Wagtail page (that would be a migration circle)."""

    name = "portal"
    verbose_name = "守望"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.base.database import check_databases

        register(check_databases, Tags.database)
