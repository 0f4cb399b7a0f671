"""The Django app of the roof and the ground."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate, pre_migrate


class PortalConfig(AppConfig):
    """Holds the custom User; defines no Wagtail page (that would be a migration circle)."""

    name = "portal"
    verbose_name = "守望"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.accounts.codes import register_jobs as register_code_jobs
        from portal.accounts.messages import register_topics
        from portal.base.database import check_databases
        from portal.permissions import stamps
        from portal.permissions.kept import register_job
        from services.casework import second_lock

        register(check_databases, Tags.database)
        pre_migrate.connect(stamps.before_migrate, sender=self, dispatch_uid="hats_stamps_down")
        post_migrate.connect(stamps.after_migrate, sender=self, dispatch_uid="hats_stamps")
        post_migrate.connect(second_lock.after_migrate, sender=self, dispatch_uid="second_lock")
        register_job()
        register_topics()
        register_code_jobs()
