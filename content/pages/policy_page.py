"""A document of the policy library: its head as fields; the text, clause by clause, lies in `clauses`."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page, PageManager, PageQuerySet
from wagtail.search import index
from wagtail.url_routing import RouteResult

from content.pages import display, passages
from content.pages.public_page import PublicPage
from content.pages.validity import Age, Validity, validity_on
from portal.base.docnumber import parse_document_number
from portal.base.refused import Refused
from portal.base.status_words import status_word

PARTS = {"units": "content/pages/policy_units.html", "changes": "content/pages/policy_changes.html"}


class PolicyQuerySet(PageQuerySet):
    """Reads of documents."""

    def defer_heavy(self) -> "PolicyQuerySet":
        """Without the full text, for lists."""
        return self.defer("source", "key_points")

    def for_lists(self) -> "PolicyQuerySet":
        """Light, with what took their place and their topics."""
        return self.defer_heavy().select_related("succession").prefetch_related("topics")


class PolicyPage(PublicPage):
    """An official document: its head as fields, its text as clauses. The text as it came stays in `source`."""

    short_title = models.CharField(_("短标题"), max_length=200)
    title_en = models.CharField(_("英文标题"), max_length=200, blank=True)
    summary_en = models.TextField(_("英文摘要"), blank=True)
    document_number = models.CharField(_("文号"), max_length=60, unique=True)
    number_agency = models.CharField(max_length=40, blank=True, editable=False)
    number_year = models.PositiveSmallIntegerField(default=0, editable=False)
    number_serial = models.PositiveIntegerField(default=0, editable=False)
    index_number = models.CharField(_("索引号"), max_length=60, blank=True)
    issuer = models.CharField(_("发文机关"), max_length=120)
    addressees = models.TextField(_("主送机关"), blank=True)
    written_on = models.DateField(_("成文日期"))
    published_on = models.DateField(_("公布日期"), null=True, blank=True)
    effective_on = models.DateField(_("施行日期"), null=True, blank=True)
    local_rule = models.BooleanField(
        _("是地方规范性文件"),
        default=True,
        help_text=_("满五年自动显示“效力待确认”，要您核对后填下面的日期。法律和上级文件请去掉这个勾。"),
    )
    validity_confirmed_on = models.DateField(_("哪天核对过效力"), null=True, blank=True)
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
    read_along = ("succession__newer",)
    content_panels = [
        *Page.content_panels,
        FieldPanel("short_title"),
        MultiFieldPanel(
            [
                FieldPanel("document_number"),
                FieldPanel("index_number"),
                FieldPanel("issuer"),
                FieldPanel("written_on"),
                FieldPanel("published_on"),
                FieldPanel("effective_on"),
                FieldPanel("addressees"),
            ],
            heading=_("文件信息"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("validity"),
                FieldPanel("local_rule"),
                FieldPanel("validity_confirmed_on"),
                FieldPanel("validity_note"),
            ],
            heading=_("效力"),
        ),
        InlinePanel("topics", label=_("主题")),
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

    def clean(self) -> None:
        """The number as it is printed, in its parts for sorting; a date that fits the documents before and after."""
        super().clean()
        try:
            number = parse_document_number(self.document_number)
        except Refused as refusal:
            raise ValidationError({"document_number": refusal.message}) from None
        self.document_number = number.text
        self.number_agency, self.number_year, self.number_serial = number.sort_key
        if not self._between_neighbours():
            raise ValidationError({"written_on": _("这个日期和新旧文件的先后对不上。请先看“文件的接替”。")})

    def _between_neighbours(self) -> bool:
        """Whether this is written after all that it replaces, and before what replaces it."""
        if not self.pk or not self.written_on:
            return True
        later = PolicyPage.objects.filter(succession__newer=self, written_on__gte=self.written_on)
        earlier = PolicyPage.objects.filter(replaces__older=self, written_on__lte=self.written_on)
        return not later.exists() and not earlier.exists()

    def validity_on(self, on: date) -> str:
        """The validity on a day: as stated, unless another document took its place or its age makes it doubtful."""
        age = Age(self.effective_on or self.written_on, self.local_rule, self.validity_confirmed_on)
        succession = getattr(self, "succession", None)
        ending = (succession.ending, succession.from_day) if succession else None
        return validity_on(self.validity, on=on, age=age, ending=ending)

    @property
    def shown_validity(self) -> str:
        """The validity today."""
        return self.validity_on(timezone.localdate())

    @property
    def validity_word(self) -> tuple[Any, str]:
        """The word and colour of the validity."""
        return status_word("validity", self.shown_validity)

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
        part = kwargs.get("part")
        context.update(display.changes(self) if part == "changes" else display.document(self, request))
        return context if part else context | display.standing(self)

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Below a document, `units/` lists its clauses by unit, `changes/` what it changed in those before it."""
        if self.live and len(path_components) == 1 and path_components[0] in PARTS:
            return RouteResult(self, kwargs={"part": path_components[0]})
        return super().route(request, path_components)

    def get_template(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        """The document, or its part."""
        return PARTS.get(kwargs.get("part", ""), self.template)
