"""The hats that posts give."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from partners.network.models import Post
from portal.permissions.hats import Hat


def post_hats(user: Any, at: datetime) -> Iterator[Hat]:
    """One hat for each post held at that moment."""
    for post in Post.objects.filter(user=user, valid_from__lte=at, valid_to__gt=at).select_related("region"):
        yield Hat(
            role=post.role,
            region_path=post.region.path,
            region_name=post.region.name,
            department_id=post.department_id,
            cause=f"post:{post.uid}",
            valid_to=post.valid_to,
        )
