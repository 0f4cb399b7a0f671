"""Headers that packages do not set for us."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

FIELD_APP = "/my/"
EDITOR = "/cms/"
# Wagtail's editor carries inline scripts and styles without a nonce (docs/decisions.md).
EDITOR_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    ]
)
SHUT = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class HeadersMiddleware:
    """Nothing of ours is embedded elsewhere; camera and position are for the field app alone."""

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        if not request.path.startswith(FIELD_APP):
            response["Permissions-Policy"] = SHUT
        if request.path.startswith(EDITOR):
            response["Content-Security-Policy"] = EDITOR_POLICY
            response["X-Frame-Options"] = "SAMEORIGIN"  # the editor frames its own preview
        return response
