"""Every path of the site. Paths of the care start with the desk they belong to."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.generic import RedirectView

from content.sharing.api import router as published
from content.sharing.sitemap import site_map
from portal import about, codes, doors, mine, my_logins, my_messages
from portal.audit_pages import audit
from portal.calendar_pages import calendar, calendar_list, calendar_remove, calendar_set
from portal.display import display
from portal.health_pages import carry_again, health, revive
from portal.healthz import healthz
from portal.permissions.gate import public
from portal.views import csp_report
from services.sync.api import api

portal_patterns = (
    [
        path("healthz", healthz, name="healthz"),
        path("csp-report/", csp_report, name="csp_report"),
        path("activate/", doors.activate_account, name="activate"),
        path("activate/<str:secret>/", doors.open_link, name="open_link"),
        path("people/<str:username>/reset/", doors.reset_person, name="reset_person"),
        path("desk/audit/", audit, name="audit"),
        path("desk/health/", health, name="health"),
        path("desk/health/revive/", revive, name="revive"),
        path("desk/health/carry/", carry_again, name="carry_again"),
        path("desk/calendar/", calendar, name="calendar"),
        path("desk/calendar/set/", calendar_set, name="calendar_set"),
        path("desk/calendar/remove/", calendar_remove, name="calendar_remove"),
        path("desk/calendar/list/", calendar_list, name="calendar_list"),
        path("me/", mine.me, name="me"),
        path("people/<str:username>/phone/", codes.persons_phone, name="persons_phone"),
        path("me/phone/", codes.phone, name="phone"),
        path("me/phone/enter/", codes.phone_enter, name="phone_enter"),
        path("me/lost-phone/", my_logins.lost_phone, name="lost_phone"),
        path("me/phones/shut/", my_logins.shut, name="shut_phone"),
        path("me/close/", my_logins.close, name="close"),
        path("me/closed/", my_logins.closed, name="closed"),
        path("me/hats/", mine.hats_page, name="hats"),
        path("me/landing/", mine.landing, name="landing"),
        path("me/language/", mine.language, name="language"),
        path("me/inbox/", mine.inbox, name="inbox"),
        path("me/inbox/open/", mine.open_letter, name="open_letter"),
        path("me/inbox/read/", mine.read_all, name="read_all"),
        path("me/kept/", mine.kept, name="kept"),
        path("me/messages/", my_messages.choose, name="messages"),
    ],
    "portal",
)

urlpatterns = [
    path("", include(portal_patterns)),
    path(
        "login/", public(RedirectView.as_view(pattern_name="account_login", query_string=True)), name="login"
    ),
    path("accounts/", include("portal.door_urls")),
    path("", include("partners.urls")),
    path("", include("services.urls")),
    path("", include("content.desk_urls")),
    path("api/v1/", api.urls),
    path("api/v2/", published.urls),
    path("sitemap.xml", site_map, name="site_map"),
    path(
        "cms/login/",
        public(
            RedirectView.as_view(pattern_name="account_login", query_string=True), methods=("GET", "POST")
        ),
    ),
    path("cms/", include("wagtail.admin.urls")),
    # What the public reads: Chinese at the root, English under /en/. Wagtail's pages come last.
    *i18n_patterns(
        path("display/", display, name="display"),
        path("about/accessibility/", about.accessibility, name="accessibility"),
        path("about/privacy/", about.privacy, name="privacy"),
        path("", include("partners.public_urls")),
        path("", include("services.hours.public_urls")),
        path("", include("services.casework.public_urls")),
        path("", include("content.urls")),
        prefix_default_language=False,
    ),
]

handler403 = "portal.views.forbidden"
handler404 = "portal.views.not_found"
handler429 = "portal.doors.too_many"
handler500 = "portal.views.server_error"
