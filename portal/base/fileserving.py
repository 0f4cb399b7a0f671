"""Answering with a protected file, after the caller's check of this moment. Nothing may keep a copy."""

from django.http import HttpResponse

from portal.base.models import ProtectedFile
from portal.base.pictures import read_picture


def private_response(file: ProtectedFile) -> HttpResponse:
    """The picture itself: never cached, never guessed at, no ETag, a name that tells nothing."""
    return HttpResponse(
        read_picture(file),
        content_type=file.content_type,
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'inline; filename="{file.uid}.jpg"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        },
    )
