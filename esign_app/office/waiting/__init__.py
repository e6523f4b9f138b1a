"""Documents that wait for the logged-in signatory, and the page where he signs."""

from esign_app.office import routes
from esign_app.office.waiting.page import signing_page, waiting_page
from esign_app.office.waiting.post import ROUTES
from esign_app.office.waiting.state import SigningState, WaitingState

PAGES = [(routes.WAITING, waiting_page, WaitingState.load), (routes.SIGN, signing_page, SigningState.load)]

__all__ = ["PAGES", "ROUTES"]
