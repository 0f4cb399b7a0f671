"""The one form of the review desk."""

from django import forms
from django.utils.translation import gettext_lazy as _


class BroughtForm(forms.Form):
    """Whether an item counts, and why."""

    counts = forms.ChoiceField(
        label=_("这一份算不算"),
        choices=[("yes", _("算")), ("no", _("不算，只留着备查"))],
        widget=forms.RadioSelect,
    )
    ground = forms.CharField(
        label=_("理由，做事的人会看到"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
