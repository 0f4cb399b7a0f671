"""The tree of public pages: made once, found again."""

from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page, Site

from content.pages.models import HomePage, PolicyIndexPage


@transaction.atomic
def home_page() -> HomePage:
    """The home page; on a new site it takes the place of Wagtail's welcome page."""
    home = HomePage.objects.first()
    if home:
        return home
    root = _root()
    welcome = list(root.get_children().filter(slug="home"))
    home = HomePage(title=settings.SITE_NAME, slug="county")
    root.add_child(instance=home)
    site = Site.objects.filter(is_default_site=True).first() or Site(
        is_default_site=True, hostname="localhost"
    )
    site.root_page, site.site_name = home, settings.SITE_NAME
    site.save()
    for page in welcome:
        page.delete()
    return home


def _root() -> Page:
    """The root of all pages, which Wagtail's first migration makes; made again if it was emptied away."""
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    return Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root"))


@transaction.atomic
def policy_index() -> PolicyIndexPage:
    """The policy library below the home page."""
    found = PolicyIndexPage.objects.first()
    if found:
        return found
    library = PolicyIndexPage(title="政策文件", slug="policies")
    home_page().add_child(instance=library)
    return library
