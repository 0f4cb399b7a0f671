"""What the stored sink received: the rows that tests and the demonstration read in place of a phone."""

from django.db import models
from django.utils import timezone


class SinkMessage(models.Model):
    """One letter that went nowhere. The address is masked; in real use the words hold stars for a code."""

    channel = models.CharField(max_length=16)
    to_masked = models.CharField(max_length=120)
    template = models.CharField(max_length=32)
    words = models.CharField(max_length=300)
    key = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="sink_key_once", fields=["channel", "key"])]
        indexes = [models.Index(fields=["to_masked", "-created_at"], name="sink_to")]

    def __str__(self) -> str:
        return f"{self.channel} {self.template}"
