"""What makes cached public pages old: publishing, unpublishing, moving, deleting, making private."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_unpublished, post_page_move

from portal.base import public_stamp


def _changed(sender: Any, **kwargs: Any) -> None:
    public_stamp.bump()


def _deleted(sender: Any, **kwargs: Any) -> None:
    if issubclass(sender, Page):
        public_stamp.bump()


def watch() -> None:
    """Connect, once, when the app is ready."""
    for signal in (page_published, page_unpublished, post_page_move):
        signal.connect(_changed, dispatch_uid="public_stamp")
    for signal in (post_save, post_delete):
        signal.connect(_changed, sender=PageViewRestriction, dispatch_uid="public_stamp_private")
    post_delete.connect(_deleted, dispatch_uid="public_stamp_deleted")
