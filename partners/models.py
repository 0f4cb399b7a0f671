"""The door: re-exports the models of the rooms."""

from partners.memberships.models import MemberRole, Membership, MembershipState, Sex
from partners.network.models import (
    Department,
    DepartmentKind,
    Population,
    Post,
    Region,
    RegionLevel,
    StaffingTarget,
    TargetKind,
    WatchHome,
)
from partners.organisations.models import BankAccount, BankState, Organisation, OrganisationKind
from partners.providers.models import (
    Provider,
    ProviderKind,
    ProviderService,
    ProviderState,
    ProviderSuspension,
    ProviderTownship,
    ServiceCode,
)
from partners.stations.models import Station
from partners.training.models import (
    Course,
    CoursePart,
    CourseQuestion,
    Learner,
    PartReading,
    TrainingResult,
)
from partners.vetting.models import (
    Application,
    ApplicationKind,
    ApplicationRecusal,
    ApplicationState,
    ApplicationStep,
    JoinDraft,
)
from partners.vetting.paper_models import DemandSort, Paper, PaperState, PartyKind, Requirement, Validity
from partners.volunteers.models import FreeTime, Volunteer, VolunteerState

__all__ = [
    "Application",
    "ApplicationKind",
    "ApplicationRecusal",
    "ApplicationState",
    "ApplicationStep",
    "BankAccount",
    "BankState",
    "Course",
    "CoursePart",
    "CourseQuestion",
    "DemandSort",
    "Department",
    "DepartmentKind",
    "FreeTime",
    "JoinDraft",
    "Learner",
    "MemberRole",
    "Membership",
    "MembershipState",
    "Organisation",
    "OrganisationKind",
    "Paper",
    "PaperState",
    "PartReading",
    "PartyKind",
    "Population",
    "Post",
    "Provider",
    "ProviderKind",
    "ProviderService",
    "ProviderState",
    "ProviderSuspension",
    "ProviderTownship",
    "Region",
    "RegionLevel",
    "Requirement",
    "ServiceCode",
    "Sex",
    "StaffingTarget",
    "Station",
    "TrainingResult",
    "Validity",
    "TargetKind",
    "Volunteer",
    "VolunteerState",
    "WatchHome",
]
