"""What keeps a message from going out, whatever carries it."""


class SendFailed(Exception):
    """`reason` is in plain words; `permanent` means that trying again will not help.

    `unknown` means that the other side was lost while it was given the message, so that it may have taken it over.
    `not_before`: the seconds it asked us to wait.
    """

    def __init__(
        self, reason: str, *, permanent: bool, unknown: bool = False, not_before: float = 0.0
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.unknown = unknown
        self.not_before = not_before
