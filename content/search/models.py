"""What the search reads: the passages of published pages, and the words that mean the same."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from content.search.folding import fold

MOST_WORDS = 12
LONGEST_WORD = 30
_BETWEEN = re.compile(r"[\n,，、;；=＝]+")


class SearchPassage(models.Model):
    """A piece of a public page, as written and as the search compares it. Written by `upkeep` alone.

    Its index is the database's own (`tables`): a migration that alters this table on SQLite makes it anew and
    drops the triggers, so it must `put_up` again; the tests of finding fail if it did not. What judging reads
    stands first: SQLite then finds it on the same leaf.
    """

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, blank=True)
    size = models.PositiveIntegerField()
    folded_heading = models.TextField(blank=True)
    folded = models.TextField(blank=True)
    anchor = models.CharField(max_length=60, blank=True)
    number = models.CharField(max_length=20, blank=True)
    section = models.TextField(blank=True)
    note = models.TextField(blank=True)
    language = models.CharField(max_length=10)
    heading = models.TextField(blank=True)
    text = models.TextField(blank=True)
    tokens = models.TextField(blank=True)

    class Meta:
        ordering = ["page", "position"]
        constraints = [
            models.UniqueConstraint(fields=["page", "position"], name="passage_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.page_id}#{self.anchor}"


class SynonymGroup(models.Model):
    """Words that mean the same to whoever searches: each finds what the others find."""

    words = models.TextField(
        _("意思一样的词"),
        help_text=_(
            "一行写一个词，至少两个。群众怎么说、文件怎么写，都写上，比如“五保”和“特困”。"
            "搜其中一个，写着另一个的文件也会找出来。保存后马上生效。"
        ),
    )
    note = models.CharField(
        _("备注"), max_length=200, blank=True, help_text=_("给同事看的：为什么这样写。可以不填")
    )

    panels = [FieldPanel("words"), FieldPanel("note")]

    class Meta:
        verbose_name = _("同义词")
        verbose_name_plural = _("同义词")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(name="synonyms_not_empty", condition=~Q(words=""))]

    def __str__(self) -> str:
        return " = ".join(self.listed())

    def listed(self) -> list[str]:
        """The words as written, in their order."""
        return [word.strip() for word in _BETWEEN.split(self.words) if word.strip()]

    def folded(self) -> list[str]:
        """The words as the search compares them, each once."""
        return list(dict.fromkeys(" ".join(fold(word).split()) for word in self.listed()))

    def clean(self) -> None:
        """Two words or more, none too long, none of signs alone."""
        words = self.folded()
        if len(words) < 2:
            raise ValidationError({"words": _("至少写两个不同的词，一行一个。")})
        if len(words) > MOST_WORDS:
            raise ValidationError(
                {"words": _("一组最多 %(most)d 个词，意思不同的请分开写。") % {"most": MOST_WORDS}}
            )
        for word in words:
            if len(word) > LONGEST_WORD:
                raise ValidationError({"words": _("“%(word)s”太长了，一个词最多 30 个字。") % {"word": word}})
            if not re.search(r"[^\W_]", word) or len(word) < 2:
                raise ValidationError({"words": _("“%(word)s”太短了，一个词至少要两个字。") % {"word": word}})
        self.words = "\n".join(self.listed())
