"""English that stands on a German page: sentences of ours that were not translated, and words only English has."""

import re

from babel.messages.pofile import read_po
from playwright.sync_api import Page

from esign_app.text import LOCALES

_ENGLISH = re.compile(
    r"\b(the|of|and|is|are|to|you|your|for|with|not|by|it|this|has|yet|from|when|please)\b", re.IGNORECASE
)
# Everything a person reads or hears: texts, names of controls, hints. What is typed and what is code is nobody's language.
_READ = """() => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode())
        if (node.parentElement.checkVisibility() && !node.parentElement.closest("script, style, code, pre, textarea, [lang=en]"))
            found.push(node.textContent);
    for (const one of document.querySelectorAll("[aria-label], [placeholder], [title], [alt], [data-tip], [aria-description]"))
        if (one.checkVisibility() && !one.closest("[lang=en]"))
            for (const name of ["aria-label", "placeholder", "title", "alt", "data-tip", "aria-description"])
                found.push(one.getAttribute(name) ?? "");
    return [document.title, ...found].map((text) => text.trim()).filter(Boolean);
}"""


def _untranslated() -> re.Pattern[str]:
    """Matches any of our sentences as it is in English, with whatever stands in its gaps."""
    found = []
    for file in (LOCALES / "de" / "LC_MESSAGES").glob("*.po"):
        with file.open("rb") as opened:
            found += [
                message.id for message in read_po(opened) if message.id and message.id != message.string
            ]
    return re.compile("|".join(re.sub(r"\\\{\w+\\\}", ".+", re.escape(message)) for message in found))


_SENTENCES = _untranslated()
_NUMBER = re.compile(r" \d{4}-\d{3}$")


def english(page: Page) -> set[str]:
    """What is English on the page. Titles and names that a test gives must hold none of the words above."""
    return {
        text
        for text in page.evaluate(_READ)
        if _SENTENCES.fullmatch(_NUMBER.sub("", text)) or _ENGLISH.search(text)
    }
