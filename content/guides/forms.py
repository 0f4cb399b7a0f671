"""What the editors' form of a guide refuses, beside each statement."""

import re
from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm

from content.guides import clauses

_MONEY = re.compile(r"[0-9０-９][0-9０-９.,，]*\s*(万)?\s*元|[0-9][0-9.,]*\s*yuan", re.I)


def names_money(text: str) -> bool:
    """Whether a sentence names an amount of money: those come from dated standards alone."""
    return bool(_MONEY.search(text))


class GuidePageForm(WagtailAdminPageForm):
    """A clause must be there, no amount is written by hand, and who may ask is not written twice."""

    def clean(self) -> dict[str, Any]:
        """Every fault stands beside the statement it is in."""
        cleaned = super().clean()
        rows = [
            form
            for form in self.formsets["statements"].forms
            if form.is_valid() and form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        for place, message in clauses.broken(form.instance for form in rows).items():
            self._refuse(rows[place], "anchor", message)
        for form in rows:
            for field in ("words", "words_en"):
                if names_money(form.cleaned_data.get(field, "")):
                    self._refuse(form, field, _("钱数不写在这里。它从救助标准来，公布以后页面自己会写"))
            if cleaned.get("help_code") and form.cleaned_data.get("section") == "who":
                self._refuse(form, "section", _("“谁能申请”由规则写出，请把这一句放到别处或删掉"))
        return cleaned

    def _refuse(self, form: Any, field: str, message: str) -> None:
        form.add_error(field, message)
        self.add_error(None, message)
