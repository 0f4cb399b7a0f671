"""One-time links as a page shows them."""

from django.http import HttpRequest
from django.urls import reverse

from portal.accounts.qr import qr_data_uri


def activation_context(request: HttpRequest, secret: str) -> dict[str, str]:
    """What `portal/parts/activation_link.html` shows; it exists in this one answer only."""
    url = request.build_absolute_uri(reverse("portal:open_link", args=[secret]))
    return {"activation_url": url, "activation_qr": qr_data_uri(url)}
