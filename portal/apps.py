"""The Django app of the roof and the ground."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Holds the custom User; defines no Wagtail page (that would be a migration circle)."""

    name = "portal"
    verbose_name = "守望"
    default_auto_field = "django.db.models.BigAutoField"
