"""Which addresses exist, so that no link leads nowhere."""

from functools import lru_cache

from django.urls import Resolver404, resolve
from django.utils.translation import get_language


def own_path(path: str) -> str:
    """The path itself if one of our views answers there, else nothing. Pages of the CMS do not count."""
    return _answered(path, get_language())


# Every public page asks the same few; the table of addresses is fixed, only its prefix follows the language.
@lru_cache(maxsize=64)
def _answered(path: str, language: str | None) -> str:
    try:
        match = resolve(path)
    except Resolver404:
        return ""
    return "" if match.url_name == "wagtail_serve" else path
