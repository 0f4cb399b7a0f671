"""Pages for everybody: home, the policy library, and official documents clause by clause."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page, PageManager, PageQuerySet
from wagtail.search import index
from wagtail.url_routing import RouteResult

from content.pages import display, home, passages
from portal.base.paths import own_path
from portal.base.status_words import status_word

NEWEST = 4


class Validity(models.TextChoices):
    IN_FORCE = "in_force", _("现行有效")
    AMENDED = "amended", _("已修订")
    REPEALED = "repealed", _("已废止")
    LAPSED = "lapsed", _("已失效")
    UNCONFIRMED = "unconfirmed", _("效力待确认")


class PublicPage(Page):
    """What all our pages share: they may be kept whole in the page cache."""

    show_in_menus_default = True

    class Meta:
        abstract = True

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Mark the answer as the same for every reader."""
        response = super().serve(request, *args, **kwargs)
        response["X-Page-Cache"] = "public"
        return response

    def search_passages(self) -> Iterable[passages.Passage]:
        """What the search reads of the page; a class with clauses or sections of its own names them itself."""
        return passages.of_any_page(self)

    def child(self, request: HttpRequest, kind: type[Page], path_components: list[str]) -> Any:
        """Route to a child of a known kind, or the usual way."""
        if path_components:
            found = kind.objects.child_of(self).filter(slug=path_components[0]).first()
            if found:
                return found.route(request, path_components[1:])
        return super().route(request, path_components)


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
    subpage_types = ["content.PolicyIndexPage"]
    template = "content/pages/home.html"
    content_panels = [*Page.content_panels, FieldPanel("featured")]

    class Meta:
        verbose_name = _("首页")

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """The library is the only kind of child."""
        return self.child(request, PolicyIndexPage, path_components)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Tiles with the clause that fits, and the newest documents."""
        context = super().get_context(request, *args, **kwargs)
        policies = list(PolicyPage.objects.live().defer_heavy().order_by("-written_on"))
        featured = home.featured(policies, self.featured_id, settings.COUNTY_NAME)
        policies = policies[:NEWEST]
        context["policies"] = policies
        context["join_volunteer"] = own_path("/join/volunteer/")
        context["join_agency"] = own_path("/join/agency/")
        context["tiles"] = home.tiles(featured, featured.get_url(request) if featured else "")
        return context


class PolicyIndexPage(PublicPage):
    """The policy library."""

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
        context.update(display.document(self))
        return context

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """`units/` below a document lists its clauses by responsible unit."""
        if self.live and path_components == ["units"]:
            return RouteResult(self, kwargs={"part": "units"})
        return super().route(request, path_components)

    def get_template(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        """The document, or its part."""
        return "content/pages/policy_units.html" if kwargs.get("part") == "units" else self.template


class ClauseQuerySet(models.QuerySet):
    """Reads of clauses."""

    def with_units(self) -> "ClauseQuerySet":
        """With the responsible units, in one query more."""
        units = ClauseUnit.objects.select_related("department")
        return self.prefetch_related(models.Prefetch("units", queryset=units))


class PolicyClause(models.Model):
    """A paragraph, a heading, an item or an article of a document, in order; characters as printed."""

    page = models.ForeignKey("content.PolicyPage", on_delete=models.CASCADE, related_name="clauses")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=16)
    level = models.PositiveSmallIntegerField(default=0)
    anchor = models.CharField(max_length=60, blank=True)
    number = models.CharField(max_length=20, blank=True)
    heading = models.TextField(blank=True)
    text = models.TextField(blank=True)

    objects = ClauseQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["page", "position"], name="clause_place_once"),
            models.UniqueConstraint(
                fields=["page", "anchor"], condition=~Q(anchor=""), name="clause_anchor_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}{self.heading}"


class ClauseUnit(models.Model):
    """A unit made responsible by a clause, named as printed; linked when it is one of the county's."""

    clause = models.ForeignKey("content.PolicyClause", on_delete=models.CASCADE, related_name="units")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=50)
    department = models.ForeignKey(
        "partners.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="policy_clauses"
    )

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["clause", "name"], name="clause_names_unit_once")]

    def __str__(self) -> str:
        return self.name


class TextCorrection(models.Model):
    """A misprint of the original: what is printed, what is meant. The original stays as it is."""

    page = ParentalKey("content.PolicyPage", on_delete=models.CASCADE, related_name="corrections")
    anchor = models.CharField(_("在哪一条（锚点，如 item9）"), max_length=60, blank=True)
    wrong = models.CharField(_("原文"), max_length=120)
    right = models.CharField(_("应为"), max_length=120, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)

    panels = [FieldPanel("anchor"), FieldPanel("wrong"), FieldPanel("right"), FieldPanel("note")]

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.wrong} → {self.right}"
