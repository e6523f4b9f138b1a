"""Why a document could not be made, as sentences for the person who edits the template or waits for the document."""

from typing import Any

from esign_app.text import t

REASONS = {
    "too_long": "Making the document took too long. The template may repeat something endlessly or hold too much.",
    "memory": "Making the document needed too much memory. The template or its data are too large.",
    "too_deep": "The template is nested too deeply.",
    "too_much_text": "The document would hold more than {limit} MB of text.",
    "too_many_pages": "The document would have {pages} pages; at most {limit} are possible.",
    "no_pages": "The document would have no page.",
    "syntax": "Line {line} of the template cannot be read: {detail}",
    "unknown_field": "Line {line} of the template uses the field “{field}”, which does not exist.",
    "unknown_filter": "Line {line} of the template uses the filter “{name}”, which does not exist.",
    "forbidden": "Line {line} of the template does something templates may not do: {detail}",
    "bad_value": "Line {line} of the template: “{value}” does not fit the filter “{name}”.",
    "template": "Line {line} of the template does not work: {detail}",
    "outside": "The template asks for “{address}”. Templates can only use pictures that are embedded in them.",
    "own_font": "The template brings a font of its own. Templates use the fonts that are here.",
    "sign_key": "“{key}” is not the name of a party that signs.",
    "sign_twice": "The template has more than one place for the signature of “{key}”.",
    "sign_lost": "The place for the signature of “{key}” is not visible on any page.",
    "sign_outside": "The place for the signature of “{key}” lies outside the page.",
    "not_a_pdf": "The file cannot be read as a PDF.",
    "locked_pdf": "The PDF is protected by a password.",
    "too_large": "The file is larger than {limit} MB.",
    "down": "The service that makes documents does not start. Its message is in the log.",
    "failed": "The document could not be made: {detail}",
}


class RenderFailed(Exception):
    """`code` is for scripts; `reason` (and `str()`) is the sentence in the current language."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code if code in REASONS else "failed"
        self.values = values if code in REASONS else {"detail": code}

    @property
    def message(self) -> str:
        """The English sentence with its `{names}` unfilled: the key for `t()`."""
        return REASONS[self.code]

    @property
    def reason(self) -> str:
        return t(self.message, **self.values)

    def __str__(self) -> str:
        return self.reason
