"""The Django app of the partners: who does the work, and the four-level network."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Tells the ground where hats come from."""

    name = "partners"
    verbose_name = "参与方"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from partners.memberships.access import leads, membership_hats
        from partners.network.access import post_hats, stands_above
        from partners.vetting.topics import register_topics
        from partners.volunteers.access import volunteer_hats
        from portal.accounts.resets import register_reset_rule
        from portal.permissions.hats import register_source
        from portal.permissions.stamps import Watch, watch

        register_source(post_hats)
        register_source(membership_hats)
        register_source(volunteer_hats)
        watch(
            Watch(
                "partners_post", ("user_id", "role", "region_id", "department_id", "valid_from", "valid_to")
            ),
            Watch("partners_membership", ("user_id", "provider_id", "role", "no", "valid_from", "valid_to")),
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
        register_reset_rule(leads)
        register_reset_rule(stands_above)
        register_topics()
