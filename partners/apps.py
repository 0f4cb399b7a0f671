"""The Django app of the partners: who does the work, and the four-level network."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Tells the ground where hats come from."""

    name = "partners"
    verbose_name = "参与方"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from datetime import timedelta

        from django.utils import timezone

        from partners.memberships.access import (
            approved_the_house,
            heads_of_head,
            heads_of_member,
            leads,
            leads_nobody_alone,
            membership_hats,
        )
        from partners.memberships.actions import has_over, leave_all
        from partners.memberships.invitations import finish_memberships, join_by_password
        from partners.memberships.topics import register_topics as register_team_topics
        from partners.network.access import heads_of_post, holds_a_post, post_hats, stands_above
        from partners.network.offers import decline_all, wait_for_own_account
        from partners.training.queries import goes_with_company
        from partners.vetting.access import awaits_an_answer
        from partners.vetting.jobs import register_jobs
        from partners.vetting.topics import register_topics
        from partners.volunteers.access import checked_the_volunteer, heads_of_volunteer, volunteer_hats
        from partners.volunteers.actions import leave_volunteering
        from partners.volunteers.badges import register_company
        from portal.accounts.arrivals import register_arrival
        from portal.accounts.closing import register_farewell, register_hold
        from portal.accounts.heads import register_heads
        from portal.accounts.resets import register_reset_rule
        from portal.base.worker import Job
        from portal.base.worker import register as register_job
        from portal.permissions.hats import register_source
        from portal.permissions.stamps import Watch, watch

        register_company(goes_with_company)
        register_source(post_hats)
        register_source(membership_hats)
        register_source(volunteer_hats)
        watch(
            Watch(
                "partners_post", ("user_id", "role", "region_id", "department_id", "valid_from", "valid_to")
            ),
            Watch(
                "partners_membership",
                ("user_id", "provider_id", "role", "no", "state", "valid_from", "valid_to"),
            ),
            Watch("partners_volunteer", ("user_id", "state", "no")),
            Watch(
                "partners_provider",
                ("state", "team_id", "name"),
                "id IN (SELECT user_id FROM partners_membership WHERE provider_id = {row}.id)",
            ),
            Watch(
                "partners_region",
                ("path", "name", "name_en"),
                "id IN (SELECT user_id FROM partners_post WHERE region_id = {row}.id)",
            ),
        )
        register_arrival(join_by_password)
        register_arrival(wait_for_own_account)
        register_job(
            Job(
                "finish_memberships",
                lambda: finish_memberships(timezone.now()),
                every=timedelta(minutes=1),
                has_work=lambda: has_over(timezone.now()),
            )
        )
        register_reset_rule(leads)
        for rule in (stands_above, approved_the_house, checked_the_volunteer):
            register_reset_rule(rule)
        for source in (heads_of_member, heads_of_head, heads_of_post, heads_of_volunteer):
            register_heads(source)
        for hold in (leads_nobody_alone, holds_a_post, awaits_an_answer):
            register_hold(hold)
        register_farewell(leave_all)
        register_farewell(leave_volunteering)
        register_farewell(decline_all)
        register_topics()
        register_jobs()
        register_team_topics()
