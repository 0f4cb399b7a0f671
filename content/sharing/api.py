"""Wagtail's API for published pages: read only, the same for everybody, and no field that is not named here."""

from typing import Any

from django.db.models import QuerySet
from django.urls import URLPattern, path
from django.utils import timezone
from rest_framework.fields import CharField, Field
from rest_framework.renderers import JSONRenderer
from wagtail.api import APIField
from wagtail.api.v2.filters import ChildOfFilter, FieldsFilter, OrderingFilter
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.serializers import PageSerializer
from wagtail.api.v2.views import PagesAPIViewSet

from content.guides.models import GuidePage
from content.pages.models import PolicyPage
from content.sharing.published import open_to_all
from portal.permissions.gate import public

# What of a kind of page is told beside its title and address: public columns alone, each by name.
FIELDS: dict[type, tuple[str | APIField, ...]] = {
    PolicyPage: (
        "short_title",
        "title_en",
        "document_number",
        "issuer",
        "written_on",
        APIField("validity", serializer=CharField(source="shown_validity")),
        "summary_en",
    ),
    GuidePage: ("title_en", "topic"),
}


class OwnAddress(Field):
    """The address of the page under the name by which the site was asked; `api`: of its entry here."""

    def __init__(self, *, api: bool = False) -> None:
        super().__init__(read_only=True)
        self.api = api

    def get_attribute(self, instance: Any) -> Any:
        """The page itself."""
        return instance

    def to_representation(self, page: Any) -> str:
        """The whole address."""
        request = self.context["request"]
        at = router.get_object_detail_urlpath(type(page), page.pk) if self.api else page.get_url(request)
        return request.build_absolute_uri(at or "/")


class PublishedSerializer(PageSerializer):
    """A page with addresses that lead back to this site."""

    html_url = OwnAddress()
    detail_url = OwnAddress(api=True)


class PublishedPages(PagesAPIViewSet):
    """Pages that everybody may read. Who is logged in makes no difference, nor does a page's password.

    Wagtail's own `api_fields` of models are not read: the editors' API shows those too.
    """

    base_serializer_class = PublishedSerializer
    renderer_classes = [JSONRenderer]
    authentication_classes: list[type] = []
    filter_backends = [FieldsFilter, ChildOfFilter, OrderingFilter]
    known_query_parameters = frozenset({"limit", "offset", "fields", "order", "type", "child_of"})
    meta_fields = ["type", "detail_url", "html_url", "slug", "first_published_at"]
    listing_default_fields = ["id", "type", "detail_url", "title", "html_url", "slug", "first_published_at"]
    detail_only_fields: list[str] = []

    @classmethod
    def get_urlpatterns(cls) -> list[URLPattern]:
        """The list and one page; GET alone."""
        return [
            path("", public(cls.as_view({"get": "listing_view"})), name="listing"),
            path("<int:pk>/", public(cls.as_view({"get": "detail_view"})), name="detail"),
        ]

    def get_base_queryset(self) -> QuerySet:
        """Live, not run out, nothing private above."""
        return open_to_all(super().get_base_queryset(), timezone.now())

    @classmethod
    def get_body_fields(cls, model: Any) -> list[Any]:
        """The named fields of this kind of page."""
        return cls._convert_api_fields([*cls.body_fields, *FIELDS.get(model, ())])

    @classmethod
    def get_detail_default_fields(cls, model: Any) -> list[str]:
        """A page alone tells all of them; Wagtail's own list takes a field away that is none of ours."""
        return cls.get_available_fields(model)

    @classmethod
    def get_meta_fields(cls, model: Any) -> list[Any]:
        """The same for every kind."""
        return cls._convert_api_fields(cls.meta_fields)


router = WagtailAPIRouter("api")
router.register_endpoint("pages", PublishedPages)
