"""The one plain sentence for a verdict; the integrity page and `esign verify` say the same."""

from esign_app.text import t
from esign_app.trust.verdict import Verdict


def sentence(verdict: Verdict) -> str:
    """The answer for people, in the current language."""
    if verdict.verdict == "intact":
        return t("This file is exactly what was signed.")
    if verdict.verdict == "intact_notes":
        return t("The signed content is unchanged, but there is something to know.")
    if verdict.verdict == "changed":
        return t("This file was changed after it was signed.")
    if verdict.verdict == "not_ours":
        return t("This file was not sealed here, or its signatures cannot be trusted.")
    return t("This file cannot be checked.")
