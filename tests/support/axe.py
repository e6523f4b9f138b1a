"""axe-core's opinion on a page: WCAG 2.2, levels A and AA, in light and in dark."""

import importlib.resources

from playwright.sync_api import Page

_AXE = (importlib.resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
_LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_RULES = {"light": _LEVELS, "dark": ["color-contrast"]}  # in dark only the colours are others
_RUN = """(rules) => axe.run(document, { resultTypes: ["violations"], runOnly: rules })"""
_SETTLED = """(scheme) => (!document.querySelector(".shell") || document.documentElement.classList.contains(scheme))
    && document.getAnimations().every((one) => !(one instanceof CSSTransition))"""


def faults(page: Page) -> list[str]:
    """What somebody could not use, each with its place; empty for a page that everybody can use."""
    found: list[str] = []
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    for scheme in ("dark", "light") if is_dark else ("light", "dark"):  # every change has to settle
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.wait_for_function(_SETTLED, arg=scheme)
        if not page.evaluate("'axe' in window"):
            page.evaluate(_AXE)
        for violation in page.evaluate(_RUN, _RULES[scheme])["violations"]:
            places = [node["html"][:200] for node in violation["nodes"]]
            found.append(f"{scheme}: {violation['id']} ({violation['impact']}): {places}")
    return found
