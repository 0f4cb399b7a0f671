"""Paths of what the public reads; Wagtail's pages come last."""

from django.urls import path, re_path
from wagtail.urls import serve_pattern
from wagtail.views import serve

from content.rules import check_views
from content.search.views import search
from content.sharing.feeds import atom, rss
from content.sharing.views import poster
from portal.permissions.gate import public

urlpatterns = [
    path("search/", search, name="search"),
    path("check/", check_views.check, name="check"),
    path("check/result/", check_views.result, name="check_result"),
    path("check/town/", check_views.town, name="check_town"),
    path("check/again/", check_views.again, name="check_again"),
    path("check/<str:name>/", check_views.question, name="check_question"),
    path("policies/rss.xml", rss, name="rss"),
    path("policies/atom.xml", atom, name="atom"),
    path("poster/<int:number>/", poster, name="poster"),
    re_path(serve_pattern, public(serve), name="wagtail_serve"),
]
