"""`esign prepare`: everything a start needs: nobody else at work, secret, keys, migrations, demo data, a way to log in."""

import argparse

from esign_app import engine
from esign_app.automation import demo_story
from esign_app.automation.keys import keys
from esign_app.cli.main import complain
from esign_app.db import utcnow
from esign_app.domain import demo, people, starter
from esign_app.settings import secret, settings
from esign_app.text import t
from esign_app.trust import tokens

# A server that was just killed needs a moment until the system has taken its lock away.
PATIENCE = 2.0


def main(argv: list[str]) -> int:
    argparse.ArgumentParser(prog="esign prepare", description=__doc__).parse_args(argv)
    if engine.is_locked(engine.lock_path(), PATIENCE):
        return complain(
            t(
                "Another server works on the data in {folder}. Stop it first, or set ESIGN_DATA_DIR.",
                folder=settings().data,
            )
        )
    if settings().env == "production" and not settings().smtp_url:
        return complain(
            t(
                "Production needs a mail server. Set ESIGN_SMTP_URL, for example smtp://user:password@host:587."
            )
        )
    secret()  # made now in development; in production its absence ends the start with a sentence
    keys()
    engine.upgrade()
    fill_if_new()
    for line in ways_in():
        print(line, flush=True)
    return 0


def refuse_unprepared() -> int:
    """0, or the exit code after saying what has to be done before a process of several can start."""
    if engine.is_current():
        return 0
    return complain(
        t("The database is not ready for this version. Run `esign prepare` once, then start again.")
    )


def fill_if_new() -> None:
    """What every installation starts with; in a demo its company, people and deals as well."""
    with engine.transaction() as session:
        if settings().demo_data:
            scenes = demo.seed(session, now=utcnow())
            if scenes and settings().demo_story:
                demo_story.begin(session, scenes)
        else:
            starter.create(session, now=utcnow())


def ways_in() -> list[str]:
    """How to log in: the demo's people, or the link that makes the first admin."""
    with engine.reading() as session:
        if people.is_empty(session):
            return [t("Nobody can log in yet. Make the first admin here: {link}", link=_setup_link())]
        known = {user.email for user in people.everyone(session).values()}
    logins = [f"  {email}  {demo.PASSWORD}  ({role})" for role, _, email in demo.LOGINS if email in known]
    if settings().env != "development" or not logins:
        return []
    return [t("Demo logins (also by one click on the login page):"), *logins]


def _setup_link() -> str:
    return f"{settings().url}/setup/{tokens.setup_token(secret())}"
