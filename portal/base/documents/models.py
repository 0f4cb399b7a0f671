"""A paper somebody handed in: pages as pictures, each encrypted at rest; what it proves is its owner's business."""

from django.db import models

from portal.base.models import Stamped


class StoredDocument(Stamped):
    """A photo of a paper, or a PDF turned into pictures. The row that points here decides who may look.

    `sha256` is of the bytes sent, to find the same paper twice; the name it was sent under is kept nowhere.
    """

    kind = models.CharField(max_length=32)
    sent_as = models.CharField(max_length=8)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        "portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["uploaded_by", "created_at"], name="document_by_when")]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class DocumentPage(models.Model):
    """One page of a paper: the picture of it."""

    document = models.ForeignKey("portal.StoredDocument", on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveSmallIntegerField()
    file = models.OneToOneField(
        "portal.ProtectedFile", on_delete=models.PROTECT, related_name="document_page"
    )

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(name="document_page_once", fields=["document", "number"])]

    def __str__(self) -> str:
        return f"{self.document_id} {self.number}"
