"""What a page of the CMS says of itself in its head."""

from django import template
from wagtail.models import Page

from content.sharing.metadata import Shared, shared

register = template.Library()


@register.simple_tag(takes_context=True)
def metadata(context: template.Context) -> Shared | None:
    """The metadata of the page that is shown; none where the site makes the page itself."""
    page, request = context.get("page"), context.get("request")
    return shared(page, request) if request and isinstance(page, Page) else None
