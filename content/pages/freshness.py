"""What makes cached public pages old: publishing, unpublishing, moving, deleting, making private, and a document
taking another's place."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_unpublished, post_page_move

from content.pages.models import PolicyPage
from content.pages.succession import PolicySuccession
from portal.base import public_stamp


def _changed(sender: Any, **kwargs: Any) -> None:
    public_stamp.bump()


def _days_follow(sender: Any, instance: Any, **kwargs: Any) -> None:
    """A document's new date goes into the rows that hold the order of documents."""
    if isinstance(instance, PolicyPage):
        rows = PolicySuccession.objects
        rows.filter(older=instance).update(older_written_on=instance.written_on)
        rows.filter(newer=instance).update(newer_written_on=instance.written_on)


def _deleted(sender: Any, **kwargs: Any) -> None:
    if issubclass(sender, Page):
        public_stamp.bump()


def watch() -> None:
    """Connect, once, when the app is ready."""
    for signal in (page_published, page_unpublished, post_page_move):
        signal.connect(_changed, dispatch_uid="public_stamp")
    for signal in (post_save, post_delete):
        signal.connect(_changed, sender=PageViewRestriction, dispatch_uid="public_stamp_private")
    page_published.connect(_days_follow, dispatch_uid="succession_days")
    for saved in (post_save, post_delete):
        saved.connect(_changed, sender=PolicySuccession, dispatch_uid="public_stamp_succession")
    post_delete.connect(_deleted, dispatch_uid="public_stamp_deleted")
