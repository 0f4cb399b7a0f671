"""What the bureau types for a new version of the assessment form."""

from typing import Any, Self

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.base.forms import DayField
from services.recipients.assessment import INDICATORS
from services.recipients.care_models import AssessmentSheet
from services.recipients.extra_questions import MOST, ExtraKind
from services.recipients.models import Assessment
from services.recipients.sheets import SheetFacts

ALWAYS_FREE = 1
PARTS = ("kind", "zh", "hint_zh", "en", "choices")
BAR = "|"


class SheetForm(forms.Form):
    """Titles, source and first day; the words of the six indicators; and places for further questions.

    `slots` is how many places the page shows; a place without a question is none.
    """

    slots = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title_zh = forms.CharField(label=gettext_lazy("表名"), max_length=80)
    title_en = forms.CharField(label=gettext_lazy("英文表名"), max_length=120, required=False)
    source = forms.CharField(label=gettext_lazy("依据"), max_length=200)
    valid_from = DayField(label=gettext_lazy("从哪天起用"))

    def __init__(self, *args: Any, places: int = ALWAYS_FREE, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = min(places, MOST)
        for code in INDICATORS:
            name = Assessment._meta.get_field(code).verbose_name
            for key, label, most, required in (
                ("zh", _("%(name)s：怎么问"), 200, True),
                ("hint_zh", _("%(name)s：提示"), 200, False),
                ("en", _("%(name)s：英文怎么问"), 300, False),
                ("hint_en", _("%(name)s：英文提示"), 300, False),
            ):
                self.fields[f"{code}_{key}"] = forms.CharField(
                    label=label % {"name": name}, max_length=most, required=required
                )
        for n in range(1, self.places + 1):
            self._place(n)

    def _place(self, n: int) -> None:
        """The fields of one further question."""
        kinds = [("", _("不用")), *ExtraKind.choices]
        self.fields[f"x{n}_zh"] = forms.CharField(label=_("怎么问"), max_length=200, required=False)
        self.fields[f"x{n}_kind"] = forms.ChoiceField(label=_("怎么答"), choices=kinds, required=False)
        self.fields[f"x{n}_choices"] = forms.CharField(
            label=_("选哪几项"),
            max_length=600,
            required=False,
            widget=forms.Textarea({"rows": 3}),
            help_text=_("一行一项，只有“几项里选一项”要填。英文写在竖线后面，例如：拐杖|Walking stick"),
        )
        self.fields[f"x{n}_hint_zh"] = forms.CharField(label=_("提示"), max_length=200, required=False)
        self.fields[f"x{n}_en"] = forms.CharField(label=_("英文怎么问"), max_length=300, required=False)

    @classmethod
    def of(cls, sheet: AssessmentSheet | None, data: Any = None) -> Self:
        """The form of a new version, filled with the newest one; `data` is what was sent."""
        initial = cls.words_of(sheet)
        places = len(sheet.extra) + ALWAYS_FREE if sheet else ALWAYS_FREE
        sent = str(data.get("slots", "")) if data else ""
        if sent.isascii() and sent.isdecimal() and len(sent) < 4:
            places = max(int(sent), ALWAYS_FREE)
        return cls(data, initial=initial | {"slots": min(places, MOST)}, places=places)

    @staticmethod
    def words_of(sheet: AssessmentSheet | None) -> dict[str, Any]:
        """A version as the form's initial values."""
        if sheet is None:
            return {}
        words = {
            f"{code}_{key}": text for code, asked in sheet.questions.items() for key, text in asked.items()
        }
        for n, row in enumerate(sheet.extra, 1):
            lines = [BAR.join(filter(None, (each["zh"], each.get("en")))) for each in row.get("choices", [])]
            words |= {f"x{n}_{part}": row.get(part, "") for part in PARTS} | {
                f"x{n}_choices": "\n".join(lines)
            }
        return {"title_zh": sheet.title_zh, "title_en": sheet.title_en, "source": sheet.source, **words}

    def grown(self) -> "SheetForm":
        """The same form with one place more and everything that was typed; nothing is judged yet."""
        typed = {name: self.data.get(name, "") for name in self.fields if name != "valid_from"}
        day = self.fields["valid_from"].widget.value_from_datadict(self.data, self.files, "valid_from")
        places = min(self.places + 1, MOST)
        return SheetForm(initial=typed | {"valid_from": day, "slots": places}, places=places)

    @property
    def may_grow(self) -> bool:
        """Whether the page offers one more place."""
        return self.places < MOST

    def main_fields(self) -> list[Any]:
        """Everything but the further questions."""
        return [each for each in self if each.name[0] != "x" and each.name != "slots"]

    def extra_groups(self) -> list[tuple[int, list[Any]]]:
        """The fields of each further question, under its number."""
        parts = ("zh", "kind", "choices", "hint_zh", "en")
        return [(n, [self[f"x{n}_{part}"] for part in parts]) for n in range(1, self.places + 1)]

    def clean(self) -> dict[str, Any]:
        """A question has words and a kind; a choice has two lines at least."""
        data = super().clean()
        for n in range(1, self.places + 1):
            asked, kind = data.get(f"x{n}_zh"), data.get(f"x{n}_kind")
            if asked and not kind and f"x{n}_kind" not in self.errors:
                self.add_error(f"x{n}_kind", _("请选怎么答"))
            if asked and kind == ExtraKind.CHOICE and len(_choices(data.get(f"x{n}_choices", ""))) < 2:
                self.add_error(f"x{n}_choices", _("请至少写两项，一行一项"))
        return data

    def facts(self) -> SheetFacts:
        """What was typed, for the action."""
        data = self.cleaned_data
        questions = {
            code: {key: data[f"{code}_{key}"] for key in ("zh", "en", "hint_zh", "hint_en")}
            for code in INDICATORS
        }
        return SheetFacts(
            data["title_zh"], data["title_en"], data["source"], questions, data["valid_from"], self._extras()
        )

    def _extras(self) -> tuple[dict[str, Any], ...]:
        """The further questions that were typed."""
        data, found = self.cleaned_data, []
        for n in range(1, self.places + 1):
            if data[f"x{n}_zh"]:
                row = {part: data[f"x{n}_{part}"] for part in ("kind", "zh", "hint_zh", "en")}
                chooses = row["kind"] == ExtraKind.CHOICE
                found.append(row | ({"choices": _choices(data[f"x{n}_choices"])} if chooses else {}))
        return tuple(found)


def _choices(text: str) -> list[dict[str, str]]:
    """One choice a line, English behind a bar."""
    rows = [line.replace("｜", BAR).partition(BAR) for line in text.splitlines()]
    return [{"zh": zh.strip(), "en": en.strip()} for zh, _bar, en in rows if zh.strip()]
