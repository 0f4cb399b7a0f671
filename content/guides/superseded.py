"""A guide that rests on a document whose place another has taken: its editors are shown it and sent to it."""

from datetime import date
from typing import Any

from django.utils import timezone
from wagtail.admin.panels import Panel

from content.pages.succession import PolicySuccession


def successions_on(on: date) -> Any:
    """The steps from a document to a published newer one that have begun on a day, with both documents."""
    begun = PolicySuccession.objects.filter(from_day__lte=on, newer__live=True)
    return begun.select_related("older", "newer")


def behind(guide: Any, on: date) -> list[PolicySuccession]:
    """The steps that a guide has not followed: it still cites the older document."""
    cited = {statement.document for statement in guide.statements.all()}
    return list(successions_on(on).filter(older__document_number__in=cited))


class SupersededPanel(Panel):
    """In the editor of a guide: which of its documents have been replaced, and by what. Else nothing."""

    class BoundPanel(Panel.BoundPanel):
        """The panel for one guide."""

        template_name = "content/guides/superseded_panel.html"

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            saved = self.instance is not None and self.instance.pk
            self.steps = behind(self.instance, timezone.localdate()) if saved else []

        def is_shown(self) -> bool:
            """Only where a document has been replaced."""
            return bool(self.steps) and super().is_shown()

        def get_context_data(self, parent_context: Any = None) -> Any:
            """The steps, for the template."""
            return super().get_context_data(parent_context) | {"steps": self.steps}
