"""What a page says of itself to search engines and to those who pass it on: schema.org and Open Graph."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from content.guides.models import GuidePage
from content.pages.models import HomePage, PolicyPage
from portal.base.dates import in_english
from portal.base.names import site_name, sponsor_name

SCHEMA = "https://schema.org"
HOTLINE = "12345"
# What would end the block or begin markup inside it, as JSON writes it.
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}
_FORCE = {
    "in_force": "InForce",
    "amended": "PartiallyInForce",
    "repealed": "NotInForce",
    "lapsed": "NotInForce",
}


@dataclass(frozen=True)
class Shared:
    """The head of a page: its address, name and words, and all of it as a block of schema.org."""

    url: str
    title: str
    about: str
    block: SafeString


def shared(page: Any, request: HttpRequest) -> Shared:
    """The metadata of a page of the CMS as the reader's language has it."""
    url = request.build_absolute_uri(page.get_url(request) or "/")
    title = name_of(page)
    about = page.search_description or str(getattr(page, "document_number", ""))
    facts = {
        "@context": SCHEMA,
        "@type": "WebPage",
        "name": title,
        "url": url,
        "inLanguage": "en" if in_english() else "zh-Hans",
        "publisher": {"@type": "GovernmentOrganization", "name": sponsor_name()},
        "isPartOf": {"@type": "WebSite", "name": site_name(), "url": request.build_absolute_uri("/")},
        **_more(page),
    }
    return Shared(url, title, about, block(facts if not about else {**facts, "description": about}))


def name_of(page: Any) -> str:
    """The name of a page as the reader's language has it."""
    return str(getattr(page, "shown_short_title", "") or getattr(page, "shown_title", "") or page.title)


def block(facts: dict[str, Any]) -> SafeString:
    """JSON that may stand in a script element of data; a browser never runs it, so it needs no nonce."""
    return mark_safe(json.dumps(facts, ensure_ascii=False).translate(_ESCAPES))  # noqa: S308  (escaped)


def _more(page: Any) -> dict[str, Any]:
    """What is particular to the kind of page."""
    if isinstance(page, HomePage):
        line = {"@type": "ContactPoint", "telephone": HOTLINE, "contactType": "customer service"}
        return {"about": {"@type": "GovernmentOrganization", "name": sponsor_name(), "contactPoint": line}}
    if isinstance(page, GuidePage):
        return {
            "@type": "GovernmentService",
            "provider": {"@type": "GovernmentOrganization", "name": sponsor_name()},
        }
    return _legislation(page) if isinstance(page, PolicyPage) else {}


def _legislation(document: PolicyPage) -> dict[str, Any]:
    """An official document. Whether it is in force is said only where an editor has confirmed it."""
    facts: dict[str, Any] = {
        "@type": "Legislation",
        "inLanguage": "zh-Hans",
        "legislationIdentifier": document.document_number,
        "legislationDate": document.written_on.isoformat(),
        "legislationPassedBy": {"@type": "GovernmentOrganization", "name": document.issuer},
    }
    if document.shown_validity in _FORCE:
        facts["legislationLegalForce"] = f"{SCHEMA}/{_FORCE[document.shown_validity]}"
    return facts
