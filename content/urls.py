"""Paths of what the public reads; Wagtail's pages come last."""

from django.urls import path, re_path
from wagtail.urls import serve_pattern
from wagtail.views import serve

from content.search.views import search
from portal.permissions.gate import public

urlpatterns = [
    path("search/", search, name="search"),
    re_path(serve_pattern, public(serve), name="wagtail_serve"),
]
