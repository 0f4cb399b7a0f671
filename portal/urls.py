"""Every path of the site. Paths of the care start with the desk they belong to."""

from django.urls import include, path
from django.views.generic import RedirectView

from portal.permissions.gate import public
from portal.views import healthz, landing, me

portal_patterns = (
    [
        path("healthz", healthz, name="healthz"),
        path("me/", me, name="me"),
        path("me/landing/", landing, name="landing"),
    ],
    "portal",
)

urlpatterns = [
    path("", include(portal_patterns)),
    path(
        "login/", public(RedirectView.as_view(pattern_name="account_login", query_string=True)), name="login"
    ),
    path("accounts/", include("allauth.urls")),
    path("", include("partners.urls")),
    path("", include("services.urls")),
    path(
        "cms/login/",
        public(
            RedirectView.as_view(pattern_name="account_login", query_string=True), methods=("GET", "POST")
        ),
    ),
    path("cms/", include("wagtail.admin.urls")),
    path("", include("content.urls")),
]

handler403 = "portal.views.forbidden"
handler404 = "portal.views.not_found"
handler500 = "portal.views.server_error"
