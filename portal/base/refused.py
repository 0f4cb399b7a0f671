"""The one error of a rule that says no."""


class Refused(Exception):
    """A rule said no.

    `code` is for tests and machines; `message` is a full, polite sentence for people that says how
    to mend it; `field` names the form field it belongs to, if any.
    """

    def __init__(self, code: str, message: str, field: str | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.field = field
