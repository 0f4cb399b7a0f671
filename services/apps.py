"""The Django app of the care itself."""

from django.apps import AppConfig


class ServicesConfig(AppConfig):
    """Tells the ground how a household is judged."""

    name = "services"
    verbose_name = "照料服务"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.permissions.backend import register_object_rule
        from services.recipients.access import may_household, register_window
        from services.recipients.models import Household
        from services.visits.messages import register_topics
        from services.visits.windows import visit_windows

        register_object_rule(Household, may_household)
        register_window(visit_windows)
        register_topics()
