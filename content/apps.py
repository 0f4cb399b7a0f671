"""The Django app of what the public reads."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    """Pages, policies, rules and the search over them."""

    name = "content"
    verbose_name = "公开内容"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Watch for what makes cached pages old and what the search finds; say what is told and counted."""
        from content.guides.citing import register_guides
        from content.guides.flagging import register_flagging
        from content.pages import freshness, scheduled
        from content.rules.effects import register_effects
        from content.rules.topics import register_topics
        from content.search import upkeep

        freshness.watch()
        upkeep.watch()
        scheduled.register_jobs()
        register_guides()
        register_flagging()
        register_topics()
        register_effects()
