"""Paths of what the public reads; Wagtail's pages come last."""

urlpatterns: list = []
