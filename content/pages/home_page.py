"""The home page: the door to everything."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from content.pages import home
from content.pages.policy_page import PolicyPage
from content.pages.public_page import PublicPage
from content.pages.published import for_everybody
from portal.base.paths import own_path

NEWEST = 4


class HomePage(PublicPage):
    """The door to everything."""

    featured = models.ForeignKey(
        "content.PolicyPage",
        verbose_name=_("首页用的文件"),
        help_text=_("“您遇到了什么困难”里的链接指到这份文件"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["content.PolicyIndexPage", "content.GuideIndexPage"]
    template = "content/pages/home.html"
    content_panels = [*Page.content_panels, FieldPanel("featured")]

    class Meta:
        verbose_name = _("首页")

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """A section under its usual name, and what lies in it, is asked for as what it is, in one query."""
        for kind in self.clean_subpage_models():
            if path_components[:1] == [kind.usual_slug]:
                return self._inside(request, kind, path_components) or self.child(
                    request, kind, path_components
                )
        return super().route(request, path_components)

    def _inside(self, request: HttpRequest, section: type[PublicPage], path_components: list[str]) -> Any:
        """Route to a page of this section without reading the section; None where there is none."""
        if len(path_components) < 2:
            return None
        where = f"{self.url_path}{path_components[0]}/{path_components[1]}/"
        # The menu wants to know which sections are there; the same statement tells.
        there = {
            f"has_{each.usual_slug}": Exists(each.objects.live()) for each in self.clean_subpage_models()
        }
        for kind in section.clean_subpage_models():
            rows = kind.objects.filter(url_path=where).select_related(*kind.read_along)
            found = rows.annotate(**there).first()
            if found is not None:
                request.sections_there = {name.removeprefix("has_"): getattr(found, name) for name in there}  # type: ignore[attr-defined]
                return found.route(request, path_components[2:])
        return None

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Tiles with the clause that fits, and the newest documents."""
        context = super().get_context(request, *args, **kwargs)
        policies = list(for_everybody(PolicyPage.objects.all()).for_lists().order_by("-written_on"))
        featured = home.featured(policies, self.featured_id, settings.COUNTY_NAME)
        policies = policies[:NEWEST]
        context["policies"] = policies
        context["join_volunteer"] = own_path("/join/volunteer/")
        context["join_agency"] = own_path("/join/agency/")
        context["tiles"] = home.tiles(featured, featured.get_url(request) if featured else "", request)
        return context
