"""Every path of the site. Paths of the care start with the desk they belong to."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.generic import RedirectView

from portal.display import display
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
    # What the public reads: Chinese at the root, English under /en/. Wagtail's pages come last.
    *i18n_patterns(
        path("display/", display, name="display"),
        path("", include("content.urls")),
        prefix_default_language=False,
    ),
]

handler403 = "portal.views.forbidden"
handler404 = "portal.views.not_found"
handler500 = "portal.views.server_error"
