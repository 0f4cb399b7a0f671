"""The form of leaving: one choice for each thing in hand, one for all, and the day."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from partners.network.fields import DayField, evening_of, near_day
from portal.base.forms import sometimes
from portal.models import User
from services.casework.in_hand import Hands, InHand

BACK = "-"


class LeaveForm(forms.Form):
    """Who takes what, and when it is over. `hands` is what was found when the page was asked for."""

    all_to = forms.ChoiceField(label=_("全部交给"), help_text=_("下面没选的，都交给这个人"), required=False)
    when = forms.ChoiceField(
        label=_("什么时候离开"),
        choices=[("now", _("现在")), ("day", _("到某一天"))],
        widget=forms.RadioSelect,
        initial="now",
    )
    on = sometimes(
        DayField(label=_("做到哪天"), help_text=_("选了“到某一天”才填。做到这一天的晚上，以后就看不到了"))
    )

    def __init__(self, *args: Any, hands: Hands, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hands = hands
        self.people = {str(person.uid): person for thing in hands.things for person in thing.takers}
        for thing in hands.things:
            if thing.has_choice:
                self.fields[thing.key] = self._choice(thing)
        if len(hands.things) > 1 and self.people:
            self.fields["all_to"].choices = [
                ("", say("一件一件选")),
                *((uid, person.get_full_name()) for uid, person in self.people.items()),
            ]
        else:
            del self.fields["all_to"]
        self.order_fields(["all_to", *(thing.key for thing in hands.things), "successor", "when", "on"])

    def _choice(self, thing: InHand) -> forms.ChoiceField:
        choices = [("", say("请选交给谁"))]
        choices += [(str(person.uid), person.get_full_name()) for person in thing.takers]
        if thing.otherwise:
            choices.append((BACK, str(thing.otherwise)))
        field = forms.ChoiceField(label=thing.words, help_text=thing.detail, choices=choices)
        return sometimes(field)

    def clean(self) -> dict[str, Any]:
        """Every thing has somebody; a leaving on a day names the day."""
        data = super().clean()
        everything = data.get("all_to", "")
        for thing in self.hands.things:
            if not thing.has_choice or thing.key in self.errors or data.get(thing.key):
                continue
            if everything in {str(person.uid) for person in thing.takers}:
                data[thing.key] = everything
            else:
                self.add_error(thing.key, forms.ValidationError(say("请选交给谁"), code="taker"))
        if data.get("when") == "day" and not data.get("on") and "on" not in self.errors:
            self.add_error("on", forms.ValidationError(say("请填做到哪天"), code="day"))
        return data

    def clean_on(self) -> date | None:
        """A day of our time."""
        return near_day(self.cleaned_data["on"])

    @property
    def takers(self) -> dict[str, Any]:
        """Who takes each thing; None is back to the team."""
        chosen = {thing.key: self.cleaned_data[thing.key] for thing in self.hands.things if thing.has_choice}
        return {key: None if uid == BACK else self.people[uid] for key, uid in chosen.items()}

    @property
    def moment(self) -> datetime | None:
        """When it is over; None is now."""
        return evening_of(self.cleaned_data["on"]) if self.cleaned_data["when"] == "day" else None

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The things by kind, each with its field if there is something to choose."""
        return [
            {
                "label": label,
                "things": [
                    {"thing": thing, "bound": self[thing.key] if thing.has_choice else None}
                    for thing in things
                ],
            }
            for label, things in self.hands.parts
        ]


class LeavePostForm(LeaveForm):
    """The same for a post, which somebody may take over in the same act."""

    successor = forms.CharField(
        label=_("谁来接这个岗位"),
        help_text=_("填对方的登录名，在对方“我的”页面上。空着就是先空缺"),
        max_length=150,
        required=False,
    )

    def clean_successor(self) -> Any:
        """Somebody who can log in, or nobody yet."""
        username = self.cleaned_data["successor"].strip()
        if not username:
            return None
        person = User.objects.filter(username=username, is_active=True).first()
        if person is None:
            raise forms.ValidationError(say("没有这个登录名，请再核对"), code="unknown")
        return person
