"""Rules: what happens by itself when a deal enters a stage, and what brings a deal there."""

from esign_app.office import routes
from esign_app.office.rules.page import page
from esign_app.office.rules.state import RulesState

PAGES = [(routes.RULES, page, RulesState.load)]
