"""The board: deals by stage, live."""

from esign_app.office import routes
from esign_app.office.board.page import page
from esign_app.office.board.state import BoardState

PAGES = [(routes.BOARD, page, BoardState.load)]
