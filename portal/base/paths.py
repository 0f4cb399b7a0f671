"""Which addresses exist, so that no link leads nowhere."""

from django.urls import Resolver404, resolve


def own_path(path: str) -> str:
    """The path itself if one of our views answers there, else nothing. Pages of the CMS do not count."""
    try:
        match = resolve(path)
    except Resolver404:
        return ""
    return "" if match.url_name == "wagtail_serve" else path
