"""The one table of roles and permissions. Code asks for a permission, never for a role's name."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PERSONAL = frozenset(
    {
        "services.view_household",
        "services.inspect_household",
        "services.answer_referral",
        "services.ask_emergency",
    }
)


@dataclass(frozen=True)
class Role:
    """A role: its label, permissions, what opens households, whether it needs two factors, and a CMS group."""

    label: str | Promise
    permissions: frozenset[str]
    sees_place: bool = False
    sees_team: bool = False
    two_factor: bool = False
    landing: str = "portal:me"
    group: str = ""

    @property
    def sees_person(self) -> bool:
        """Whether grants to the person alone (assignment, draw, referral, break-glass) open households."""
        return bool(self.permissions & PERSONAL)


def _role(label: str | Promise, *permissions: str, **more: object) -> Role:
    return Role(label, frozenset(permissions), **more)  # type: ignore[arg-type]


_CARRY = ("services.log_visit", "services.view_household", "services.report_change")
_TEAM = (
    "services.view_household",
    "services.answer_offer",
    "services.manage_tasks",
    "services.confirm_visit",
    "services.receive_alert",
    "services.log_visit",
    "services.report_change",
    "partners.manage_team",
)

ROLES: dict[str, Role] = {
    "volunteer": _role(_("志愿者"), *_CARRY, landing="services:visits:today"),
    "worker": _role(_("护理员"), *_CARRY, landing="services:visits:today"),
    "manager": _role(
        _("机构负责人"),
        *_TEAM,
        "partners.view_own_contract",
        sees_team=True,
        two_factor=True,
        landing="services:tasks:agency",
    ),
    "station_lead": _role(
        _("社工站站长"), *_TEAM, sees_team=True, two_factor=True, landing="services:tasks:agency"
    ),
    "watch_home_leader": _role(
        _("守望之家负责人"),
        "services.view_household",
        "services.report_need",
        "services.report_change",
        "services.look_in",
        sees_place=True,
        landing="services:intake:village",
    ),
    "livelihood_officer": _role(
        _("民生员"),
        "services.view_household",
        "services.report_need",
        "services.report_change",
        "services.look_in",
        sees_place=True,
        landing="services:intake:village",
    ),
    "township_cadre": _role(
        _("乡镇民政干部"),
        "services.view_household",
        "services.edit_household",
        "services.import_household",
        "services.export_household",
        "services.assess_person",
        "services.merge_household",
        "services.undo_ending",
        "services.manage_agreement",
        "services.draft_plan",
        "services.approve_plan",
        "services.look_in",
        "services.open_round",
        "services.report_change",
        "services.propose_review",
        "services.report_need",
        "services.verify_need",
        "services.read_visit",
        "services.decide_brought",
        "services.receive_alert",
        "services.open_desk",
        "services.declare_kin",
        "services.ask_emergency",
        "services.find_by_number",
        "services.see_looks",
        "services.take_request",
        "services.keep_hours",
        "partners.check_application",
        "partners.invite_person",
        sees_place=True,
        two_factor=True,
        landing="services:casework:desk",
    ),
    "bureau_staff": _role(
        _("县民政局救助股"),
        "services.view_household",
        "services.merge_household",
        "services.undo_ending",
        "services.import_household",
        "services.export_household",
        "services.verify_need",
        "services.manage_contract",
        "services.match_need",
        "services.approve_plan",
        "services.open_round",
        "services.set_care_rules",
        "services.report_change",
        "services.decide_review",
        "services.read_visit",
        "services.decide_brought",
        "services.receive_alert",
        "services.open_desk",
        "services.declare_kin",
        "services.review_sight",
        "services.find_by_number",
        "services.see_looks",
        "services.take_request",
        "services.decide_erasure",
        "services.run_retention",
        "services.accept_certificate",
        "services.assess_impact",
        "services.keep_hours",
        "services.set_stars",
        "services.map_hours",
        "services.issue_certificate",
        "portal.change_calendarday",
        "content.set_standard",
        "partners.decide_application",
        "partners.check_application",
        "partners.set_requirement",
        "partners.appoint_person",
        "partners.edit_course",
        "partners.invite_person",
        sees_place=True,
        two_factor=True,
        landing="services:casework:desk",
    ),
    "inspector": _role(
        _("抽查人员"),
        "services.inspect_household",
        "services.ask_emergency",
        "services.open_desk",
        two_factor=True,
        landing="services:casework:desk",
    ),
    "finance": _role(
        _("财务"),
        "services.view_contract",
        "services.open_desk",
        two_factor=True,
        landing="services:casework:desk",
    ),
    "department_staff": _role(
        _("部门经办人"), "services.answer_referral", "services.open_desk", landing="services:casework:desk"
    ),
    "editor": _role(
        _("网站编辑"),
        "wagtailadmin.access_admin",
        "content.add_policysuccession",
        "content.change_policysuccession",
        "content.delete_policysuccession",
        two_factor=True,
        landing="wagtailadmin_home",
        group="Editors",
    ),
    "sysadmin": _role(
        _("系统管理员"),
        "portal.read_audit",
        "portal.view_health",
        "portal.change_calendarday",
        "services.ask_emergency",
        two_factor=True,
        landing="portal:audit",
    ),
    # who is stopped while at a door: to end that visit, and nothing else
    "finishing": _role(_("把正在做的上门做完"), "services.finish_visit", landing="services:visits:today"),
    # no right at all: what shuts the file of one's own kin
    "near_kin": _role(_("近亲回避")),
}

ALL_PERMISSIONS: frozenset[str] = frozenset().union(*(role.permissions for role in ROLES.values()))
