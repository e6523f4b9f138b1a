"""Who may do what. `require` is the only way to ask; nothing compares role names."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from esign_app.domain.actor import Actor
from esign_app.domain.refusals import Forbidden
from esign_app.models import Role, RoleRight, UserRole

OBJECTS = (
    "deals",
    "leads",
    "contacts",
    "parties",
    "documents",
    "vault",
    "templates",
    "rules",
    "settings",
    "permissions",
)
ACTIONS = ("view", "create", "edit", "move", "sign", "delete")
LEVELS = ("none", "own", "department", "department_below", "public", "all")

_EVERYTHING = {(item, action): "all" for item in OBJECTS for action in ACTIONS}
_WORK = {
    (item, action): "all"
    for item in ("deals", "contacts", "parties", "documents")
    for action in ("view", "create", "edit", "move")
}

# The roles of a new installation, as data: an admin changes rows, not code.
STARTER_ROLES: dict[str, tuple[str, dict[tuple[str, str], str]]] = {
    "admin": ("Admin", _EVERYTHING),
    "sales": (
        "Sales",
        {**_WORK, ("documents", "sign"): "all", ("templates", "view"): "all", ("rules", "view"): "all"},
    ),
    "signatory": (
        "Signatory",
        {
            ("deals", "view"): "all",
            ("contacts", "view"): "all",
            ("documents", "view"): "all",
            ("rules", "view"): "all",
        },
    ),
}


def may(actor: Actor, action: str, item: str) -> bool:
    """Whether `actor` may do `action` on `item` at any level. The system and rules may do everything."""
    if actor.kind in ("system", "rule"):
        return True
    return actor.rights.get((item, action), "none") != "none"


def require(actor: Actor, action: str, item: str) -> None:
    """Raises Forbidden unless `actor` may do `action` on `item`."""
    if not may(actor, action, item):
        raise Forbidden("You do not have the right to do this. Ask an admin for it.")


def of_roles(session: Session, role_ids: Iterable[int]) -> dict[tuple[str, str], str]:
    """The rights of several roles together: for each (object, action) the most generous level."""
    found: dict[tuple[str, str], str] = {}
    query = select(RoleRight).where(col(RoleRight.role_id).in_(list(role_ids)))
    for right in session.exec(query):
        key = (right.object, right.action)
        if LEVELS.index(right.level) > LEVELS.index(found.get(key, "none")):
            found[key] = right.level
    return found


def of_user(session: Session, user_id: int) -> dict[tuple[str, str], str]:
    role_ids = session.exec(select(UserRole.role_id).where(UserRole.user_id == user_id)).all()
    return of_roles(session, role_ids)


def create_starter_roles(session: Session) -> dict[str, int]:
    """Make the roles of a new installation where they are missing; answers their ids by key."""
    ids: dict[str, int] = {}
    for key, (name, rights) in STARTER_ROLES.items():
        role = session.exec(select(Role).where(Role.key == key)).first()
        if role is None:
            role = Role(key=key, name=name)
            session.add(role)
            session.flush()
            assert role.id is not None
            session.add_all(
                RoleRight(role_id=role.id, object=item, action=action, level=level)
                for (item, action), level in rights.items()
            )
        assert role.id is not None
        ids[key] = role.id
    return ids
