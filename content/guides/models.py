"""Guides: what help there is, in plain words, each statement with the clause it rests on."""

from collections.abc import Iterable
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, Page
from wagtail.search import index

from content.guides import clauses, listing, passages, showing
from content.guides.forms import GuidePageForm
from content.guides.superseded import SupersededPanel
from content.pages.models import PublicPage
from content.pages.passages import Passage
from content.pages.published import for_everybody
from content.rules.eligibility import PLAN, RULES


class GuideTopic(models.TextChoices):
    """Under which heading a guide stands in the list."""

    LIVING = "living", _("过日子和有人照料")
    NEEDS = "needs", _("看病、上学、住房、干活")
    SUDDEN = "sudden", _("突然遇到难处")
    RIGHTS = "rights", _("打官司和费用减免")
    ASKING = "asking", _("不知道找谁")


class GuideSection(models.TextChoices):
    """The parts of a guide, in the order of the page."""

    SUMMARY = "summary", _("一分钟看懂")
    WHO = "who", _("谁能申请")
    MUCH = "much", _("能得到什么")
    BRING = "bring", _("要带什么")
    SPARE = "spare", _("不用带什么")
    WHERE = "where", _("到哪里办")
    TIME = "time", _("要等多久")
    REFUSED = "refused", _("没批准怎么办")


def kinds_of_help() -> list[tuple[str, Any]]:
    """The rules a guide may explain, by code."""
    return list({rule.code: (rule.code, rule.title) for rule in RULES}.values())


class GuideIndexPage(PublicPage):
    """All guides by topic."""

    usual_slug = "guides"
    max_count_per_parent = 1
    parent_page_types = ["content.HomePage"]
    subpage_types = ["content.GuidePage"]
    template = "content/guides/index.html"

    class Meta:
        verbose_name = _("办事指南目录")

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Guides are the only kind of child."""
        return self.child(request, GuidePage, path_components)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The guides under their headings."""
        context = super().get_context(request, *args, **kwargs)
        context["topics"] = listing.by_topic(for_everybody(GuidePage.objects.child_of(self)), GuideTopic)
        return context


class GuidePage(PublicPage):
    """One kind of help in plain words. Who may ask and how much there is come from the rules and standards alone."""

    title_en = models.CharField(_("英文标题"), max_length=120, blank=True)
    topic = models.CharField(_("归在哪一类"), max_length=10, choices=GuideTopic.choices)
    help_code = models.CharField(
        _("讲的是哪一种帮助"),
        max_length=20,
        choices=kinds_of_help,
        blank=True,
        help_text=_(
            "选了以后，“谁能申请”和“多少钱”由规则和救助标准自动写出，不用您写。没有对应的规则，就空着。"
        ),
    )
    also_called = models.CharField(
        _("群众还怎么叫"),
        max_length=200,
        blank=True,
        help_text=_("用顿号隔开，比如“五保、五保户”。搜这些词，这篇指南会排在前面。"),
    )

    parent_page_types = ["content.GuideIndexPage"]
    subpage_types: list[str] = []
    template = "content/guides/guide.html"
    base_form_class = GuidePageForm
    content_panels = [
        SupersededPanel(),
        HelpPanel(
            _(
                "一句话一行，不超过 24 个字，每句都写明依据哪份文件的哪一条。钱数不要写在这里："
                "救助标准公布以后，页面自己会写。“谁能申请”来自规则，也不用写。"
            )
        ),
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("topic"), FieldPanel("help_code"), FieldPanel("also_called")], heading=_("归类")
        ),
        InlinePanel("statements", label=_("一句话"), min_num=1),
        MultiFieldPanel([FieldPanel("title_en")], heading=_("英文")),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("also_called"),
        index.SearchField("full_text"),
        index.FilterField("topic"),
    ]

    class Meta:
        verbose_name = _("办事指南")

    def search_passages(self) -> Iterable[Passage]:
        """The titles, who may ask, and each part."""
        return passages.of_guide(self)

    def full_text(self) -> str:
        """What the editors' own search reads."""
        return "\n".join(statement.words for statement in self.statements.all())

    @property
    def no(self) -> str:
        """By what messages name the page."""
        return str(self.pk)

    @property
    def shown_title(self) -> str:
        """The title in the language of the page."""
        return self.title_en if get_language() == "en" and self.title_en else self.title

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The parts with their clauses, who may ask after the rule, how much after the standards of today."""
        context = super().get_context(request, *args, **kwargs)
        context.update(showing.guide(request, self, GuideSection))
        return context

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> None:
        """Nobody publishes a guide with a clause that cannot be opened. Raises ValidationError."""
        clauses.refuse_broken(revision.as_object().statements.all())
        super().publish(revision, *args, **kwargs)


class GuideStatement(Orderable):
    """One statement of a guide in both languages, and the clause of a document it rests on."""

    page = ParentalKey("content.GuidePage", on_delete=models.CASCADE, related_name="statements")
    section = models.CharField(_("放在哪一部分"), max_length=10, choices=GuideSection.choices)
    words = models.CharField(_("中文"), max_length=200)
    words_en = models.CharField(_("英文"), max_length=400, blank=True)
    document = models.CharField(
        _("依据的文件"), max_length=60, default=PLAN, help_text=_("写文号或法规的名字")
    )
    anchor = models.CharField(
        _("依据的条款"),
        max_length=60,
        validators=[RegexValidator(r"^[a-z][a-z0-9-]*$", _("请写条款的记号，比如 item4 或 a11"))],
        help_text=_("条款的记号：第4项写 item4，第十一条写 a11。打开政策文件点那一条，网址 # 后面就是。"),
    )

    panels = [
        FieldPanel("section"),
        FieldPanel("words"),
        FieldPanel("words_en"),
        FieldPanel("document"),
        FieldPanel("anchor"),
    ]

    class Meta(Orderable.Meta):
        indexes = [models.Index(fields=["document", "anchor"], name="statement_of_clause")]
        constraints = [
            models.CheckConstraint(
                name="statement_has_clause", condition=~Q(document="") & ~Q(anchor="") & ~Q(words="")
            )
        ]

    def __str__(self) -> str:
        return self.words


class LoadedGuide(models.Model):
    """What the loader wrote last, so that it never writes over an editor: `page` is empty once an editor deleted it."""

    name = models.CharField(max_length=60, unique=True)
    page = models.ForeignKey(
        "content.GuidePage", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    source = models.CharField(max_length=64)
    written = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.name
