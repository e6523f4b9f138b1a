"""The ways in and out: login, logout, language, and the first admin. Plain pages that work without script."""

import asyncio
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from esign_app.db import utcnow
from esign_app.domain import demo, login_tries, people
from esign_app.domain.refusals import Invalid, NotFound, Refused, TooMany
from esign_app.domain.signing.parties import Visit
from esign_app.engine import reading, transaction
from esign_app.office import entry, routes, web
from esign_app.office.call import COOKIE
from esign_app.settings import secret, settings


async def login_page(request: Request) -> Response:
    """Who is logged in already goes on."""
    if await asyncio.to_thread(_knows, request.cookies.get(COOKIE, "")):
        return entry.to(entry.own_path(request.query_params.get("next", "")))
    return await _login_page(request, next_path=request.query_params.get("next", ""))


async def log_in(request: Request) -> Response:
    """Right address and password, or a demo button: begin a login and go on to `next`."""
    try:
        form = await entry.read_form(request)
    except Refused as refusal:
        return entry.refused(request, refusal, refusal.status)
    email, password = _credentials(form)
    target = form.get("next", "")
    try:
        user_id = await _checked(request, email, password)
    except Refused as refusal:
        status = HTTPStatus.TOO_MANY_REQUESTS if isinstance(refusal, TooMany) else HTTPStatus.UNAUTHORIZED
        sentence = entry.say(request, refusal)
        return await _login_page(
            request, next_path=target, status=status, error=sentence, given={"email": email}
        )
    return await _begin(request, user_id, entry.own_path(target))


async def _checked(request: Request, email: str, password: str) -> int:
    """The user's id. Raises Refused for a wrong password and TooMany after too many of them."""
    keys = (f"address {web.visit(request).address}", f"account {people.normal_email(email)}")
    return await asyncio.to_thread(_check_password, email, password, keys)


async def _begin(request: Request, user_id: int, target: str) -> Response:
    """Start a login for the user, end the one this browser had, and go to `target`."""
    token = await asyncio.to_thread(_open_login, user_id, web.visit(request), request.cookies.get(COOKIE, ""))
    answer = entry.to(target)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(people.SESSION_LASTS / timedelta(seconds=1)),
        httponly=True,
        samesite="lax",
        secure=settings().secure_cookies,
    )
    return answer


async def log_out(request: Request) -> Response:
    """End the login at once, in every tab."""
    try:
        await entry.read_form(request)
    except Refused as refusal:
        return entry.refused(request, refusal, refusal.status)
    await asyncio.to_thread(_end_login, request.cookies.get(COOKIE, ""))
    answer = entry.to(routes.LOGIN)
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=settings().secure_cookies)
    return answer


async def set_language(request: Request) -> Response:
    """Keep the person's language and go back to the page the form stood on."""
    try:
        form = await entry.read_form(request)
        await asyncio.to_thread(_set_language, request.cookies.get(COOKIE, ""), form.get("locale", ""))
    except Refused as refusal:
        return entry.refused(request, refusal, refusal.status)
    came_from = urlsplit(request.headers.get("referer", ""))
    return entry.to(entry.own_path(form.get("next") or came_from.path))


async def setup_page(request: Request) -> Response:
    """The form for the first admin; not there once anybody exists."""
    try:
        await asyncio.to_thread(_check_setup, request.path_params["token"])
    except NotFound as refusal:
        return entry.refused(request, refusal, HTTPStatus.NOT_FOUND)
    return _setup_page(request)


async def set_up(request: Request) -> Response:
    """Make the first admin, log them in and lead to what is needed next: the own company."""
    try:
        await asyncio.to_thread(_check_setup, request.path_params["token"])
        form = await entry.read_form(request)
    except Refused as refusal:
        return entry.refused(request, refusal, refusal.status)
    try:
        user_id = await asyncio.to_thread(_first_admin, form, entry.language(request))
    except Invalid as refusal:
        given = {name: value for name, value in form.items() if name != "password"}
        sentence = entry.say(request, refusal)
        return _setup_page(
            request, status=refusal.status, error=sentence, field_wrong=refusal.field, given=given
        )
    except NotFound as refusal:
        return entry.refused(request, refusal, HTTPStatus.NOT_FOUND)
    return await _begin(request, user_id, routes.OWN_COMPANY)


def _credentials(form: dict[str, str]) -> tuple[str, str]:
    if settings().env == "development" and form.get("demo"):
        email = next((email for role, _, email in demo.LOGINS if role == form["demo"]), "")
        return email, demo.PASSWORD
    return form.get("email", "").strip(), form.get("password", "")


async def _login_page(
    request: Request, *, next_path: str, status: int = HTTPStatus.OK, **values: object
) -> Response:
    people_here = await asyncio.to_thread(_demo_logins)
    return entry.page(request, "login", status=status, next=next_path, demo=people_here, **values)


def _setup_page(request: Request, status: int = HTTPStatus.OK, **values: object) -> Response:
    return entry.page(
        request, "setup", status=status, zones=sorted(available_timezones()),
        shortest=people.SHORTEST_PASSWORD, **values,
    )  # fmt: skip


def _demo_logins() -> list[dict[str, str]]:
    """The demo's people who exist; none outside development."""
    if settings().env != "development":
        return []
    with reading() as session:
        known = {user.email for user in people.everyone(session).values()}
    return [
        {"role": role, "name": name, "initials": people.initials(name)}
        for role, name, email in demo.LOGINS
        if email in known
    ]


def _knows(token: str) -> bool:
    with reading() as session:
        return people.who(session, token, utcnow()) is not None


def _check_password(email: str, password: str, keys: tuple[str, ...]) -> int:
    """Three transactions: the try counts whatever becomes of it, and no lock is held while the password is checked."""
    with transaction() as session:
        login_tries.count(session, *keys, now=utcnow())
    with reading() as session:
        user_id = people.check_password(session, email, password)
    with transaction() as session:
        login_tries.was_right(session, *keys, now=utcnow())
    return user_id


def _open_login(user_id: int, visit: Visit, old_token: str) -> str:
    with transaction() as session:
        people.log_out(session, old_token, utcnow())
        return people.open_login(
            session, user_id, address=visit.address, user_agent=visit.user_agent, now=utcnow()
        )


def _end_login(token: str) -> None:
    with transaction() as session:
        people.log_out(session, token, utcnow())


def _set_language(token: str, locale: str) -> None:
    with transaction() as session:
        actor = people.who(session, token, utcnow())
        if actor is not None:
            people.set_language(session, actor, locale)


def _check_setup(token: str) -> None:
    with reading() as session:
        people.check_setup_token(session, secret(), token)


def _first_admin(form: dict[str, str], locale: str) -> int:
    with transaction() as session:
        return people.create_first_admin(
            session, name=form.get("name", ""), email=form.get("email", ""), password=form.get("password", ""),
            locale=locale, zone=form.get("zone", ""), now=utcnow(),
        )  # fmt: skip


ROUTES = [
    Route(routes.LOGIN, login_page, methods=["GET"]),
    Route(routes.LOGIN, log_in, methods=["POST"]),
    Route("/auth/logout", log_out, methods=["POST"]),
    Route("/auth/language", set_language, methods=["POST"]),
    Route("/setup/{token}", setup_page, methods=["GET"]),
    Route("/setup/{token}", set_up, methods=["POST"]),
]
