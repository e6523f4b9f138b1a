"""What the business refuses, with a sentence for people. Anything else that is raised is a bug of ours."""

from typing import Any, ClassVar

from esign_app.text import said


class Refused(Exception):
    """`message` is a sentence in English with `{names}`; `str()` says it in the current language.

    `status` is what HTTP surfaces answer, `code` what scripts test for.
    """

    status: ClassVar[int] = 409
    code: ClassVar[str] = "refused"

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message)
        self.message = message
        self.values = values
        self.sentence = ""  # the sentence as it was said, once a surface has said it

    def __str__(self) -> str:
        return said({"message": self.message, "values": self.values})


class NotFound(Refused):
    """Missing, or not for this actor's eyes: both look the same."""

    status = 404
    code = "not_found"


class Forbidden(Refused):
    status = 403
    code = "forbidden"


class NotLoggedIn(Refused):
    status = 401
    code = "not_logged_in"


class Invalid(Refused):
    """A value that cannot be; `field` names the input it came from."""

    status = 422
    code = "invalid"

    def __init__(self, message: str, field: str = "", **values: Any) -> None:
        super().__init__(message, **values)
        self.field = field


class Conflict(Refused):
    """Somebody else was faster; reload and look again."""

    code = "conflict"


class TooMany(Refused):
    """Too many tries; wait."""

    status = 429
    code = "too_many"


class Gone(Refused):
    """It was there and is over: expired, cancelled, replaced."""

    status = 410
    code = "gone"
