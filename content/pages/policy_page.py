"""The policy library and its documents: the head as fields; the text, clause by clause, lies in `clauses`."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page, PageManager, PageQuerySet
from wagtail.search import index
from wagtail.url_routing import RouteResult

from content.pages import display, passages
from content.pages.public_page import PublicPage
from portal.base.status_words import status_word


class Validity(models.TextChoices):
    IN_FORCE = "in_force", _("现行有效")
    AMENDED = "amended", _("已修订")
    REPEALED = "repealed", _("已废止")
    LAPSED = "lapsed", _("已失效")
    UNCONFIRMED = "unconfirmed", _("效力待确认")


class PolicyQuerySet(PageQuerySet):
    """Reads of documents."""

    def defer_heavy(self) -> "PolicyQuerySet":
        """Without the full text, for lists."""
        return self.defer("source", "key_points")


class PolicyPage(PublicPage):
    """An official document: its head as fields, its text as clauses. The text as it came stays in `source`."""

    short_title = models.CharField(_("短标题"), max_length=200)
    title_en = models.CharField(_("英文标题"), max_length=200, blank=True)
    summary_en = models.TextField(_("英文摘要"), blank=True)
    document_number = models.CharField(_("文号"), max_length=60, unique=True)
    issuer = models.CharField(_("发文机关"), max_length=120)
    addressees = models.TextField(_("主送机关"), blank=True)
    written_on = models.DateField(_("成文日期"))
    validity = models.CharField(
        _("效力"), max_length=16, choices=Validity.choices, default=Validity.UNCONFIRMED
    )
    validity_note = models.CharField(_("效力说明"), max_length=300, blank=True)
    validity_note_en = models.CharField(_("英文效力说明"), max_length=300, blank=True)
    key_points = RichTextField(_("先看要点"), blank=True, features=["bold", "ul", "ol"])
    key_points_by = models.CharField(_("要点由谁编写"), max_length=60, blank=True)
    source = models.TextField(editable=False)

    objects = PageManager.from_queryset(PolicyQuerySet)()
    parent_page_types = ["content.PolicyIndexPage"]
    subpage_types: list[str] = []
    template = "content/pages/policy.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("short_title"),
        MultiFieldPanel(
            [
                FieldPanel("document_number"),
                FieldPanel("issuer"),
                FieldPanel("written_on"),
                FieldPanel("addressees"),
            ],
            heading=_("文件信息"),
        ),
        MultiFieldPanel([FieldPanel("validity"), FieldPanel("validity_note")], heading=_("效力")),
        MultiFieldPanel([FieldPanel("key_points"), FieldPanel("key_points_by")], heading=_("先看要点")),
        InlinePanel("corrections", label=_("文字更正")),
        MultiFieldPanel(
            [FieldPanel("title_en"), FieldPanel("summary_en"), FieldPanel("validity_note_en")],
            heading=_("英文"),
        ),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("document_number"),
        index.SearchField("issuer"),
        index.SearchField("key_points"),
        index.SearchField("full_text"),
        index.FilterField("validity"),
    ]

    class Meta:
        verbose_name = _("政策文件")

    def __str__(self) -> str:
        return self.short_title

    def search_passages(self) -> Iterable[passages.Passage]:
        """The head and each clause."""
        return passages.of_document(self)

    def full_text(self) -> str:
        """What the editors' own search reads."""
        return "\n".join(f"{clause.heading}{clause.text}" for clause in self.clauses.all())

    @property
    def validity_word(self) -> tuple[Any, str]:
        """The word and colour of the validity."""
        return status_word("validity", self.validity)

    @property
    def shown_title(self) -> str:
        """The title in the language of the page."""
        return self.title_en if get_language() == "en" and self.title_en else self.title

    @property
    def shown_short_title(self) -> str:
        """The short title in the language of the page."""
        return self.title_en if get_language() == "en" and self.title_en else self.short_title

    @property
    def shown_validity_note(self) -> str:
        """What editors say about the validity, in the language of the page where they said it."""
        return (
            self.validity_note_en if get_language() == "en" and self.validity_note_en else self.validity_note
        )

    @property
    def shown_key_points(self) -> str:
        """The main points are Chinese; where there is a summary in English, English pages have that instead."""
        return "" if get_language() == "en" and self.summary_en else self.key_points

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The clauses with their marks, the table of contents, and who is responsible for what."""
        context = super().get_context(request, *args, **kwargs)
        context.update(display.document(self, request))
        return context

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """`units/` below a document lists its clauses by responsible unit."""
        if self.live and path_components == ["units"]:
            return RouteResult(self, kwargs={"part": "units"})
        return super().route(request, path_components)

    def get_template(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        """The document, or its part."""
        return "content/pages/policy_units.html" if kwargs.get("part") == "units" else self.template


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
        """All published documents, newest first."""
        context = super().get_context(request, *args, **kwargs)
        context["policies"] = PolicyPage.objects.live().child_of(self).defer_heavy().order_by("-written_on")
        return context
