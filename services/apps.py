"""The Django app of the care itself."""

from django.apps import AppConfig


class ServicesConfig(AppConfig):
    """Tells the ground how a household is judged."""

    name = "services"
    verbose_name = "照料服务"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from datetime import timedelta

        from django.utils import timezone

        from partners.memberships.actions import register_departure
        from portal.base.worker import Job
        from portal.base.worker import register as register_job
        from portal.permissions.backend import register_object_rule
        from services.casework.messages import register_topics as register_case_topics
        from services.casework.providers import register_all
        from services.matching.actions import expire_offers
        from services.matching.messages import register_topics as register_offer_topics
        from services.recipients.access import may_household, register_window
        from services.recipients.models import Household
        from services.tasks.actions import release_person
        from services.tasks.messages import register_topics as register_task_topics
        from services.visits.jobs import register_jobs
        from services.visits.messages import register_topics
        from services.visits.windows import visit_windows

        register_object_rule(Household, may_household)
        register_window(visit_windows)
        register_topics()
        register_offer_topics()
        register_task_topics()
        register_case_topics()
        register_departure(release_person)
        register_job(Job("expire_offers", lambda: expire_offers(timezone.now()), every=timedelta(minutes=1)))
        register_jobs()
        register_all()
