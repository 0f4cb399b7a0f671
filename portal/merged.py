"""An old number of a merged file leads to the file that is kept, for those who may see it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from services.recipients.access import FileMerged


class MergedFilesMiddleware:
    """Turns the door's `FileMerged` into a redirect on the same page; a form is sent again as it was (307)."""

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page of the kept file."""
        match = request.resolver_match
        if not isinstance(exception, FileMerged) or match is None:
            return None
        old_no = str(match.kwargs.get("no", ""))
        response = HttpResponseRedirect(
            request.get_full_path().replace(f"/{old_no}/", f"/{exception.no}/", 1)
        )
        if request.method not in ("GET", "HEAD"):
            response.status_code = 307
        return response
