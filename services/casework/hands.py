"""Which rooms tell what somebody who leaves has in hand, in the order of the page."""

from django.utils.translation import gettext_lazy as _

from services.casework import hands_of_offices as offices
from services.casework import hands_of_teams as teams
from services.casework.in_hand import register_in_hand, register_in_office


def register_hands() -> None:
    """Called once by the app's `ready`."""
    register_in_hand(_("任务和上门"), teams.assignments)
    register_in_hand(_("正在做的上门"), teams.visits_under_way)
    register_in_hand(_("退回补充的记录"), teams.records_sent_back)
    register_in_hand(_("正在处理的情况"), teams.alerts)
    register_in_hand(_("正在处理的情况"), offices.alerts)
    register_in_hand(_("发出的邀请"), teams.invitations)
    register_in_office(offices.team_office)
    register_in_office(offices.office)
