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

        from partners.memberships.actions import register_departure, register_planned_departure
        from partners.providers.stopping import register_stop, register_while_stopped
        from portal.accounts.closing import register_hold
        from portal.accounts.devices import register_lost
        from portal.base.worker import Job
        from portal.base.worker import register as register_job
        from portal.permissions.backend import register_object_rule
        from portal.permissions.hats import register_source
        from portal.permissions.stamps import watch
        from services.assistance.messages import register_topics as register_review_topics
        from services.casework.care_messages import register_topics as register_care_topics
        from services.casework.care_views import unseen_first
        from services.casework.duties import register_duties
        from services.casework.handing_back import hand_back_stopped
        from services.casework.handover import leave_nothing
        from services.casework.hands import register_hands
        from services.casework.messages import register_topics as register_case_topics
        from services.casework.providers import register_all
        from services.casework.rule_effect import register_effect
        from services.discovery.jobs import register_jobs as register_discovery_jobs
        from services.discovery.messages import register_topics as register_discovery_topics
        from services.exports.households import HOUSEHOLDS
        from services.exports.jobs import register_jobs as register_export_jobs
        from services.exports.kinds import register_list
        from services.exports.messages import register_topics as register_export_topics
        from services.hours.ledger import follow_verdict
        from services.hours.lists import list_of_hours
        from services.hours.messages import register_topics as register_hour_topics
        from services.imports.jobs import register_jobs as register_import_jobs
        from services.imports.messages import register_topics as register_import_topics
        from services.intake.queries import register_front
        from services.matching.actions import expire_offers
        from services.matching.messages import register_topics as register_offer_topics
        from services.privacy.topics import register_all as register_privacy
        from services.recipients.access import may_household, register_window
        from services.recipients.kin import WATCHES, kin_hats
        from services.recipients.messages import register_topics as register_sight_topics
        from services.recipients.models import Household
        from services.recipients.widened import day_due, run_nightly
        from services.sync.devices import lose_phones
        from services.sync.jobs import register_jobs as register_sync_jobs
        from services.sync.messages import register_topics as register_sync_topics
        from services.tasks.access import has_work_in_hand, limit_person
        from services.tasks.actions import release_person
        from services.tasks.messages import register_topics as register_task_topics
        from services.visits.decisions import register_follower
        from services.visits.finishing import finishing_hats
        from services.visits.jobs import register_jobs
        from services.visits.messages import register_topics
        from services.visits.windows import visit_windows

        register_object_rule(Household, may_household)
        register_source(kin_hats)
        register_while_stopped(finishing_hats)
        register_stop(hand_back_stopped)
        watch(*WATCHES)
        register_window(visit_windows)
        register_topics()
        register_offer_topics()
        register_follower(follow_verdict)
        register_hour_topics()
        register_task_topics()
        register_case_topics()
        register_care_topics()
        register_front(unseen_first)
        register_review_topics()
        register_sight_topics()
        register_departure(release_person)
        register_departure(leave_nothing)
        register_hold(has_work_in_hand)
        register_planned_departure(limit_person)
        register_hands()
        register_job(Job("expire_offers", lambda: expire_offers(timezone.now()), every=timedelta(minutes=1)))
        register_job(
            Job(
                "report_widened",
                run_nightly,
                every=timedelta(minutes=10),
                has_work=lambda: day_due(timezone.now()) is not None,
            )
        )
        register_jobs()
        register_sync_jobs()
        register_sync_topics()
        register_lost(lose_phones)
        register_import_jobs()
        register_import_topics()
        register_discovery_jobs()
        register_discovery_topics()
        register_export_jobs()
        register_export_topics()
        register_list("households", HOUSEHOLDS)
        for part in ("volunteers", "services"):
            register_list(part, list_of_hours(part))
        register_all()
        register_duties()
        register_effect()
        register_privacy()
