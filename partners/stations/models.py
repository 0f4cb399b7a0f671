"""A township's social-work station."""

from django.db import models

from portal.base.models import Stamped


class Station(Stamped):
    """The station of a township; who operates it may be open. It sees by task, not by place."""

    provider = models.OneToOneField("partners.Provider", on_delete=models.PROTECT, related_name="station")
    township = models.OneToOneField("partners.Region", on_delete=models.PROTECT, related_name="station")
    operator = models.ForeignKey(
        "partners.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="stations"
    )
    office_phone = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return str(self.provider)
