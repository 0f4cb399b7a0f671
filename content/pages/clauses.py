"""A document clause by clause: its words as printed, the units it names, and marked misprints."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel


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
