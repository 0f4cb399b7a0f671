"""How a person wants to be told: the form, and the one action that keeps it."""

from datetime import time
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.base.audit import record
from portal.base.carriers.choices import CHOSEN_AMONG, channels_for
from portal.base.carriers.models import Kind, MessageChoice, Pace
from portal.base.carriers.registry import carries

CHANNEL_WORDS = {"sms": _("短信"), "mail": _("邮件")}
# What is chosen; danger always goes to the phone at once.
CHOSEN = {
    "work": _("等我办的事，怎么告诉我？"),
    "answer": _("我报的、提的事有了结果，怎么告诉我？"),
    "account": _("我的账号和岗位有变化，怎么告诉我？"),
}


def _clock(label: Any, **more: Any) -> forms.TimeField:
    """A time of day by the browser's own picker."""
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("请写成 21:30 这样的时间")},
        **more,
    )


class MessagesForm(forms.Form):
    """Channels by kind of message, one by one or once a day, the quiet hours, and where mail goes."""

    pace = forms.ChoiceField(label=_("多久发一次？"), choices=Pace.choices, widget=forms.RadioSelect)
    quiet_from = _clock(_("晚上几点以后不发"))
    quiet_to = _clock(_("早上几点以后再发"), help_text=_("两个时间一样，就是整天都发。紧急情况不受限制"))
    email = forms.EmailField(
        label=_("邮箱"), required=False, max_length=254, help_text=_("要收邮件才填"),
        error_messages={"invalid": _("邮箱的写法不对，例如 name@example.cn")},
    )  # fmt: skip
    field_order = [*CHOSEN, "pace", "quiet_from", "quiet_to", "email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(name, CHANNEL_WORDS[name]) for name in CHOSEN_AMONG if carries(name)]
        for name, label in CHOSEN.items():
            self.fields[name] = forms.MultipleChoiceField(
                label=label, choices=offered, required=False, widget=forms.CheckboxSelectMultiple
            )
        if not carries("mail"):
            del self.fields["email"]
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """Whoever wants mail says where it goes."""
        data = super().clean() or self.cleaned_data
        by_mail = any("mail" in data.get(name, []) for name in CHOSEN)
        if by_mail and not data.get("email") and "email" not in self.errors:
            self.add_error("email", _("选了邮件，请填邮箱"))
        return data


def chosen_by(user: Any, choice: MessageChoice) -> dict[str, Any]:
    """What the form shows at first."""
    kinds = {name: channels_for(choice, Kind(name)) for name in CHOSEN}
    times = {"quiet_from": choice.quiet_from, "quiet_to": choice.quiet_to}
    return {**kinds, **times, "pace": choice.pace, "email": user.email}


@transaction.atomic
def choose_messages(
    *, user: Any, channels: dict[str, list[str]], pace: str, quiet_from: time, quiet_to: time, email: str
) -> MessageChoice:
    """Keep how this person wants to be told from now on; messages already on their way stay as planned."""
    choice, _made = MessageChoice.objects.update_or_create(
        user=user,
        defaults={
            "channels": channels,
            "pace": pace,
            "quiet_from": quiet_from,
            "quiet_to": quiet_to,
        },
    )
    if user.email != email:
        user.email = email
        user.save(update_fields=["email"])
    record(user, "account.messages_chosen", user, pace=pace, **{k: ",".join(v) for k, v in channels.items()})
    return choice
