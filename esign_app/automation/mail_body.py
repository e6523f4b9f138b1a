"""A letter as text and as HTML: plain, one button, the link in words too, no tracking picture."""

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, Template, select_autoescape

from esign_app.domain.letters import Letter
from esign_app.text import speaking, t

_TEMPLATES = Path(__file__).parents[1] / "locales" / "mail"


@lru_cache
def _template(name: str) -> Template:
    loader = FileSystemLoader(_TEMPLATES)
    return Environment(loader=loader, autoescape=select_autoescape()).get_template(name)


def text(letter: Letter) -> str:
    """The part everybody can read."""
    parts = list(letter.paragraphs)
    if letter.code:
        parts.insert(2, letter.code)
    if letter.link:
        parts.insert(2, f"{letter.button}:\n{letter.link}")
    parts.append(_closing(letter))
    return "\n\n".join(parts) + "\n"


def html(letter: Letter) -> str:
    return _template("letter.html").render(letter=letter, closing=_closing(letter))


def _closing(letter: Letter) -> str:
    with speaking(letter.language):
        return t("Kind regards\n{sender}", sender=letter.from_name)
