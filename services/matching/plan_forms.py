"""What is tried out on the page of the whole pool."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from services.matching.plan import Change
from services.matching.scoring import TERMS, Weights


class WhatIfForm(forms.Form):
    """Weights that add up to 100, a provider that falls away, one that takes more households."""

    lost = forms.ChoiceField(label=gettext_lazy("哪一家没有了"), required=False)
    grown = forms.ChoiceField(label=gettext_lazy("哪一家多接几户"), required=False)
    more = forms.IntegerField(label=gettext_lazy("多接几户"), min_value=0, max_value=500, required=False)

    def __init__(self, *args: Any, providers: list[Any], weights: Weights, **more: Any) -> None:
        super().__init__(*args, **more)
        self.weights = weights
        names = [("", _("不变")), *((one.no, one.name) for one in providers)]
        self.fields["lost"].choices = self.fields["grown"].choices = names
        for code, label in TERMS.items():
            self.fields[code] = forms.IntegerField(
                label=label, min_value=0, max_value=100, required=False, initial=getattr(weights, code)
            )

    def clean(self) -> dict[str, Any]:
        """Weights count only together: all of them, or those of today."""
        cleaned = super().clean() or {}
        given = [cleaned.get(code) for code in TERMS]
        if any(value is not None for value in given) and sum(value or 0 for value in given) != 100:
            self.add_error(None, _("各项最多几分要加起来正好 100"))
        return cleaned

    def change(self) -> Change:
        """What was asked; call it only on a valid form."""
        found = self.cleaned_data
        own = any(found[code] is not None for code in TERMS)
        weights = Weights(**{code: found[code] or 0 for code in TERMS}) if own else self.weights
        return Change(weights, found["lost"], found["grown"], found["more"] or 0)
