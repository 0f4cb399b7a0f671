"""The policy library: its page, with the shelves that readers filter."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from content.pages import library
from content.pages.clauses import ClauseUnit
from content.pages.policy_page import PolicyPage
from content.pages.public_page import PublicPage
from content.pages.published import for_everybody


class PolicyIndexPage(PublicPage):
    """The policy library."""

    usual_slug = "policies"
    max_count_per_parent = 1
    parent_page_types = ["content.HomePage"]
    subpage_types = ["content.PolicyPage"]
    template = "content/pages/policy_index.html"

    class Meta:
        verbose_name = _("政策文件库")

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Documents are the only kind of child."""
        return self.child(request, PolicyPage, path_components)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The published documents that the reader's filters leave, in the chosen order."""
        context = super().get_context(request, *args, **kwargs)
        documents = for_everybody(PolicyPage.objects.child_of(self)).for_lists()
        units = ClauseUnit.objects.filter(clause__page__in=documents.values("pk"))
        return context | library.shelves(documents, units, request.GET, timezone.localdate())
