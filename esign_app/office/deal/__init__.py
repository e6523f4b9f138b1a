"""The deal: its page, and the routes of its documents' files."""

from esign_app.office import routes
from esign_app.office.deal.files import ROUTES
from esign_app.office.deal.page import page
from esign_app.office.deal.sending import SendingState
from esign_app.office.deal.state import DealState

PAGES = [(routes.DEAL, page, [DealState.load, SendingState.load])]

__all__ = ["PAGES", "ROUTES"]
