"""The public check of certificates and badges: in Chinese at the root, in English under /en/."""

from django.urls import path

from services.hours import certificate_views as views

urlpatterns = [
    path("verify/key/", views.verify_key, name="verify_key"),
    path("verify/revoked/", views.verify_revoked, name="verify_revoked"),
    path("verify/<str:no>/", views.verify, name="verify"),
]
