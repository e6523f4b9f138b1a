"""Users: who may be responsible for a deal, and who may work here."""

from fastapi import APIRouter

from esign_app.api.auth import Caller
from esign_app.api.once import Once
from esign_app.api.page import Items, Paged, PathId, cut
from esign_app.api.values import Out, PublicId, Ref
from esign_app.db import utcnow
from esign_app.domain import people
from esign_app.engine import reading

router = APIRouter(prefix="/users", tags=["users"])


class UserOut(Out):
    id: PublicId
    name: str
    email: str
    is_active: bool


@router.get("")
def listed(actor: Caller, asked: Paged) -> Items[Ref]:
    """Active users, by name."""
    with reading() as session:
        return cut((Ref.of(item) for item in people.colleagues(session, actor)), asked)


@router.post("/{user_id}/deactivate")
def deactivate(user_id: PathId, actor: Caller, once: Once) -> UserOut:
    """Nothing of this user's works from now on: open pages are left at once, and there is no login."""
    with once.transaction() as session:
        people.deactivate(session, actor, user_id, now=utcnow())
        return once.answer(UserOut.of(people.one(session, actor, user_id)))


@router.post("/{user_id}/activate")
def activate(user_id: PathId, actor: Caller, once: Once) -> UserOut:
    """The user may log in again."""
    with once.transaction() as session:
        people.activate(session, actor, user_id, now=utcnow())
        return once.answer(UserOut.of(people.one(session, actor, user_id)))
