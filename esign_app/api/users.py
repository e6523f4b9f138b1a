"""Users: who may be responsible for a deal."""

from fastapi import APIRouter

from esign_app.api.auth import Caller
from esign_app.api.page import Items, Paged, cut
from esign_app.api.values import Ref
from esign_app.domain import people
from esign_app.engine import reading

router = APIRouter(prefix="/users", tags=["users"])


@router.get("")
def listed(actor: Caller, asked: Paged) -> Items[Ref]:
    """Active users, by name."""
    with reading() as session:
        return cut((Ref.of(item) for item in people.colleagues(session, actor)), asked)
