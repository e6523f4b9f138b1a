"""Words several settings pages say."""

from babel import Locale

from esign_app.text import language


def language_name(code: str) -> str:
    """The name of a language in the reader's language: `German`, `Deutsch`."""
    name = Locale.parse(code).get_language_name(language()) or code
    return name[:1].upper() + name[1:]
