"""The ways in and out, as a browser without script and as an attacker use them."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from esign_app import engine
from esign_app.db import utcnow
from esign_app.domain import demo, people
from esign_app.domain.actor import SYSTEM
from esign_app.office import entry, login
from esign_app.office.call import COOKIE
from esign_app.settings import secret, settings
from esign_app.trust import tokens
from tests.support.cast import PASSWORD

ADA = {"email": "Ada@Example.com ", "password": PASSWORD}


@pytest.fixture
def web(engine_url: str) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=login.ROUTES), follow_redirects=False) as client:
        yield client


@pytest.fixture
def nobody(engine_url: str, web: TestClient) -> TestClient:
    """An installation without people."""
    from sqlalchemy import delete

    from esign_app.models import User, UserRole

    with engine.transaction() as session:
        session.execute(delete(UserRole))
        session.execute(delete(User))
    return web


def who(token: str | None) -> str:
    with engine.reading() as session:
        actor = people.who(session, token or "", utcnow())
        return actor.name if actor else ""


def locale_of(email: str) -> str:
    with engine.reading() as session:
        return {user.email: user.locale for user in people.everyone(session).values()}[email]


def setup_path() -> str:
    return f"/setup/{tokens.setup_token(secret())}"


def test_the_right_password_opens_the_office(web: TestClient) -> None:
    answer = web.post("/login", data=ADA)
    assert (answer.status_code, answer.headers["location"]) == (303, "/deals")
    assert who(answer.cookies[COOKIE]) == "Ada Admin"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    web: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = web.post("/login", data=ADA).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert "secure" not in cookie
    monkeypatch.setenv("ESIGN_BASE_URL", "https://crm.example")
    settings.cache_clear()
    assert "secure" in web.post("/login", data=ADA).headers["set-cookie"].lower()


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@example.com", "wrong horse"),
        ("ada@example.com", ""),
        ("nobody@example.com", PASSWORD),
        ("ada@example.com\0", "x"),
        ("' or 1=1 --", "' or 1=1 --"),
    ],
)
def test_a_wrong_login_says_one_sentence_and_opens_nothing(
    web: TestClient, email: str, password: str
) -> None:
    answer = web.post("/login", data={"email": email, "password": password})
    assert answer.status_code == 401
    assert "The e-mail address or the password is wrong." in answer.text
    assert "set-cookie" not in answer.headers


def test_the_sentence_is_said_in_the_visitors_language(web: TestClient) -> None:
    answer = web.post("/login", data=ADA | {"password": "x"}, headers={"accept-language": "de"})
    assert "Die E-Mail-Adresse oder das Passwort ist falsch." in answer.text
    assert '<html lang="de">' in answer.text
    assert '<html lang="en">' in web.get("/login?lang=en", headers={"accept-language": "de"}).text


def test_what_was_typed_comes_back_as_text(web: TestClient) -> None:
    answer = web.post("/login", data={"email": '"><script>alert(1)</script>', "password": "x"})
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_a_deactivated_person_is_out_at_once_and_stays_out(web: TestClient) -> None:
    mara = {"email": "mara@example.com", "password": PASSWORD}
    token = web.post("/login", data=mara).cookies[COOKIE]
    with engine.transaction() as session:
        public_id = people.by_email(session, "mara@example.com").public_id
        people.deactivate(session, SYSTEM, public_id, now=utcnow())
    assert who(token) == ""
    assert web.post("/login", data=mara).status_code == 401
    with engine.transaction() as session:
        people.activate(session, SYSTEM, public_id, now=utcnow())
    assert who(token) == ""  # what was open stays closed
    assert web.post("/login", data=mara).status_code == 303


def test_guessing_ends_after_ten_tries_even_with_the_right_password(web: TestClient) -> None:
    for _ in range(10):
        assert web.post("/login", data=ADA | {"password": "guess"}).status_code == 401
    answer = web.post("/login", data=ADA)
    assert answer.status_code == 429
    assert "Please wait ten minutes" in answer.text
    other = {"email": "mara@example.com", "password": PASSWORD}
    assert web.post("/login", data=other).status_code == 429, (
        "the address is limited, whatever account is tried"
    )


def test_an_account_is_limited_whatever_address_guesses(
    web: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESIGN_TRUSTED_PROXIES", "testclient,10.0.0.1")
    settings.cache_clear()
    web._transport.client = ("10.0.0.1", 1)  # type: ignore[attr-defined]
    for number in range(10):
        headers = {"x-forwarded-for": f"198.51.100.{number}"}
        assert web.post("/login", data=ADA | {"password": "guess"}, headers=headers).status_code == 401
    assert web.post("/login", data=ADA, headers={"x-forwarded-for": "198.51.100.99"}).status_code == 429
    other = {"email": "mara@example.com", "password": PASSWORD}
    assert web.post("/login", data=other, headers={"x-forwarded-for": "198.51.100.99"}).status_code == 303


def test_right_passwords_do_not_count_as_guesses(web: TestClient) -> None:
    for _ in range(12):
        assert web.post("/login", data=ADA).status_code == 303


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "deals",
        "/login",
        "/auth/logout",
        "",
    ],
)
def test_the_login_leads_to_own_pages_only(web: TestClient, target: str) -> None:
    assert web.post("/login", data=ADA | {"next": target}).headers["location"] == "/deals"
    assert entry.own_path(target) == "/deals"


def test_the_login_leads_back_to_where_one_wanted_to_go(web: TestClient) -> None:
    assert 'value="/deals/abc?tab=2"' in web.get("/login", params={"next": "/deals/abc?tab=2"}).text
    answer = web.post("/login", data=ADA | {"next": "/deals/abc?tab=2"})
    assert answer.headers["location"] == "/deals/abc?tab=2"


def test_who_is_logged_in_sees_no_login_page(web: TestClient) -> None:
    web.post("/login", data=ADA)
    assert web.get("/login?next=/rules").headers["location"] == "/rules"


@pytest.mark.parametrize("path", ["/login", "/auth/logout", "/auth/language", "/setup/x"])
@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null", "sec-fetch-site": "cross-site"}],
)
def test_a_form_of_another_site_does_nothing(web: TestClient, path: str, headers: dict[str, str]) -> None:
    token = web.post("/login", data=ADA).cookies[COOKIE]
    answer = web.post(path, data=ADA | {"locale": "de"}, headers=headers)
    assert answer.status_code in (403, 404)
    assert "set-cookie" not in answer.headers
    assert who(token) == "Ada Admin"
    assert locale_of("ada@example.com") == "en"


def test_the_own_origin_is_welcome(web: TestClient) -> None:
    headers = {"origin": settings().allowed_origins[0]}
    assert web.post("/login", data=ADA, headers=headers).status_code == 303


def test_an_endless_form_is_cut_off(web: TestClient) -> None:
    assert web.post("/login", data=ADA | {"password": "x" * 20_000}).status_code == 413


def test_pages_before_the_login_run_no_script_and_are_kept_nowhere(web: TestClient) -> None:
    answer = web.get("/login")
    assert answer.headers["cache-control"] == "no-store"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert "style=" not in answer.text
    assert "<script" not in answer.text


def test_logout_ends_the_login_for_a_copied_cookie_too(web: TestClient) -> None:
    token = web.post("/login", data=ADA).cookies[COOKIE]
    answer = web.post("/auth/logout")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert COOKIE not in web.cookies
    assert who(token) == ""


def test_a_new_login_ends_the_one_before_in_the_same_browser(web: TestClient) -> None:
    first = web.post("/login", data=ADA).cookies[COOKIE]
    second = web.post("/login", data=ADA).cookies[COOKIE]
    assert (who(first), who(second)) == ("", "Ada Admin")


def test_a_get_changes_nothing(web: TestClient) -> None:
    token = web.post("/login", data=ADA).cookies[COOKIE]
    assert web.get("/auth/logout").status_code == 405
    assert web.get("/auth/language?locale=de").status_code == 405
    assert who(token) == "Ada Admin"


def test_the_language_is_kept_and_the_page_comes_back(web: TestClient) -> None:
    web.post("/login", data=ADA)
    answer = web.post("/auth/language", data={"locale": "de", "next": "/rules"})
    assert answer.headers["location"] == "/rules"
    assert locale_of("ada@example.com") == "de"
    answer = web.post(
        "/auth/language", data={"locale": "en"}, headers={"referer": "http://testserver/settings"}
    )
    assert answer.headers["location"] == "/settings"
    answer = web.post("/auth/language", data={"locale": "en"}, headers={"referer": "https://evil.example//x"})
    assert answer.headers["location"] == "/deals"


def test_a_language_we_do_not_speak_is_refused(web: TestClient) -> None:
    web.post("/login", data=ADA)
    assert web.post("/auth/language", data={"locale": "../../etc"}).status_code == 422
    assert locale_of("ada@example.com") == "en"


def test_without_demo_people_there_are_no_demo_buttons(web: TestClient) -> None:
    assert "demo" not in web.get("/login").text.lower()


def test_demo_people_are_one_click_away_and_called_a_demo(nobody: TestClient) -> None:
    with engine.transaction() as session:
        demo.seed(session, now=utcnow())
    shown = nobody.get("/login").text
    assert "Demo" in shown
    assert "invented" in shown
    answer = nobody.post("/login", data={"demo": "signatory"})
    assert who(answer.cookies[COOKIE]) == "Jana Weber"


def test_in_production_no_button_opens_a_demo_login(
    nobody: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine.transaction() as session:
        demo.seed(session, now=utcnow())
    monkeypatch.setenv("ESIGN_ENV", "production")
    settings.cache_clear()
    assert "Demo" not in nobody.get("/login").text
    assert nobody.post("/login", data={"demo": "admin"}).status_code == 401


def test_the_set_up_link_makes_the_first_admin_and_is_dead_afterwards(nobody: TestClient) -> None:
    assert nobody.get(setup_path()).status_code == 200
    form = {
        "name": "First Person",
        "email": "first@example.com",
        "password": PASSWORD,
        "zone": "Europe/Vienna",
    }
    answer = nobody.post(setup_path(), data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings/company")
    assert who(answer.cookies[COOKIE]) == "First Person"
    assert nobody.get(setup_path()).status_code == 404
    again = nobody.post(setup_path(), data=form | {"email": "second@example.com"})
    assert again.status_code == 404
    with engine.reading() as session:
        assert [user.email for user in people.everyone(session).values()] == ["first@example.com"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "Please give a name."),
        ({"email": "nonsense"}, "nonsense is not an e-mail address."),
        ({"password": "short"}, "at least 10 characters"),
        ({"zone": "Mars/Olympus"}, "Mars/Olympus is not a time zone."),
    ],
)
def test_a_bad_set_up_form_is_refused_in_words_and_keeps_what_was_typed(
    nobody: TestClient, wrong: dict[str, str], sentence: str
) -> None:
    form = {
        "name": "First Person",
        "email": "first@example.com",
        "password": PASSWORD,
        "zone": "Europe/Vienna",
    }
    answer = nobody.post(setup_path(), data=form | wrong)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert PASSWORD not in answer.text
    assert "first@example.com" in answer.text or "email" in wrong
    with engine.reading() as session:
        assert people.is_empty(session)


def test_a_forged_set_up_link_is_no_page(nobody: TestClient) -> None:
    assert nobody.get("/setup/guess").status_code == 404
    assert nobody.post("/setup/guess", data={"name": "Eve"}).status_code == 404


def test_the_set_up_link_is_dead_where_people_are(web: TestClient) -> None:
    assert web.get(setup_path()).status_code == 404
