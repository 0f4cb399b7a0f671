"""What a log line and an error report may not hold."""

import logging
import re
from collections.abc import ItemsView
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

ONE_TIME_LINK = re.compile(r"(/activate/)[^/\s\"?]+")
# An ID number, a mobile number, and what PostgreSQL adds to an error: the row itself.
ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
MOBILE = re.compile(r"(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)")
ROW_OF_DATABASE = re.compile(r"(DETAIL:\s*|Failing row contains ).*")


def redact(text: str) -> str:
    """The text without what must not be written down."""
    text = ROW_OF_DATABASE.sub(r"\1…", text)
    text = ONE_TIME_LINK.sub(r"\1…", text)
    return MOBILE.sub("…", ID_NUMBER.sub("…", text))


class HideOneTimeLinks(logging.Filter):
    """Takes the secret of a one-time link out of a logged address; put on the loggers that name addresses."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the line through, without the secret."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                ONE_TIME_LINK.sub(r"\1…", arg) if isinstance(arg, str) else arg for arg in record.args
            )
        return True


class CarefulFormatter(logging.Formatter):
    """The whole line, traceback included, passes through `redact`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line as it is written."""
        return redact(super().format(record))


class NothingTyped(SafeExceptionReporterFilter):
    """Error reports carry no form, no cookie, no header and no variable of a frame."""

    def is_active(self, request: Any) -> bool:
        """Also while developing: a report is easily passed on."""
        return True

    def get_post_parameters(self, request: Any) -> dict[str, str]:
        """Only the names of the fields."""
        return {} if request is None else dict.fromkeys(request.POST, self.cleansed_substitute)

    def get_safe_cookies(self, request: Any) -> dict[str, str]:
        """Only their names."""
        return dict.fromkeys(getattr(request, "COOKIES", {}), self.cleansed_substitute)

    def get_safe_request_meta(self, request: Any) -> dict[str, str]:
        """What tells the fault apart, nothing that was sent."""
        kept = ("REQUEST_METHOD", "SERVER_NAME", "SERVER_PORT", "CONTENT_TYPE")
        return {name: str(request.META[name]) for name in kept if name in request.META}

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> ItemsView[str, Any]:
        """Only their names."""
        return dict.fromkeys(tb_frame.f_locals, self.cleansed_substitute).items()


class CarefulReporter(ExceptionReporter):
    """Neither the query of the address nor the words of the exception may carry personal data away."""

    def get_traceback_data(self) -> dict[str, Any]:
        """Without what stood in the address or who was logged in."""
        data = super().get_traceback_data()
        data["request_GET_items"] = []
        data["request_FILES_items"] = []
        data["user_str"] = ""
        if self.request is not None:
            data["request_insecure_uri"] = self.request.path
        return data

    def get_traceback_html(self) -> SafeString:
        """The page of a report."""
        return mark_safe(redact(super().get_traceback_html()))  # noqa: S308 - Django's own page, escaped there

    def get_traceback_text(self) -> SafeString:
        """The text of a report."""
        return mark_safe(redact(super().get_traceback_text()))  # noqa: S308 - plain text of Django's
