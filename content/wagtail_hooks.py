"""How the editors' desk looks, and what it offers beside pages."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from content.pages.succession import PolicySuccession
from content.search.models import SynonymGroup


@hooks.register("insert_global_admin_css")
def colours() -> SafeString:
    """Our colours over Wagtail's own custom properties."""
    return format_html('<link rel="stylesheet" href="{}">', static("content/cms.css"))


class SynonymViewSet(SnippetViewSet):
    """The words that mean the same, in the editors' menu."""

    model = SynonymGroup
    icon = "search"
    menu_label = _("搜索同义词")
    add_to_admin_menu = True
    list_display = ["__str__", "note"]
    search_fields = ["words", "note"]


register_snippet(SynonymViewSet)


class SuccessionViewSet(SnippetViewSet):
    """Editors say which document takes the place of which."""

    model = PolicySuccession
    menu_label = _("文件的接替")
    icon = "history"
    add_to_admin_menu = True
    list_display = ["older", "newer", "ending", "from_day"]


register_snippet(SuccessionViewSet)
