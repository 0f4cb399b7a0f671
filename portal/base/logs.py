"""What a log line may not hold."""

import logging
import re

ONE_TIME_LINK = re.compile(r"(/activate/)[^/\s\"?]+")


class HideOneTimeLinks(logging.Filter):
    """Takes the secret of a one-time link out of a logged address; put on the loggers that name addresses."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the line through, without the secret."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                ONE_TIME_LINK.sub(r"\1…", arg) if isinstance(arg, str) else arg for arg in record.args
            )
        return True
