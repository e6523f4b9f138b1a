"""Nothing but the environment and the words of the product: what is missing is named until there is nothing left to name."""

from pathlib import Path

import httpx
import pytest

from tests.support.mail import Sink
from tests.support.server import PLAIN_HTTP, Server

ADDRESS = "https://sign.example.com"


def refusal(server: Server) -> str:
    done = server.esign("run")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def problems(server: Server) -> list[str]:
    """What the doctor finds, by name; its exit code says the same."""
    done = server.esign("doctor")
    found = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("problem")]
    assert (done.returncode == 0) == (not found), done.stderr
    return [" ".join(words).partition(":")[0] for words in found]


@pytest.mark.row("O5")
@pytest.mark.timeout(600)  # each command takes its time on a busy machine
def test_production_asks_for_what_it_needs_until_it_has_it(tmp_path: Path, mail_sink: Sink) -> None:
    server = Server(tmp_path, ESIGN_ENV="production")
    assert refusal(server).startswith("Production needs a mail server.")
    server.env["ESIGN_SMTP_URL"] = mail_sink.url
    assert "ESIGN_SECRET_FILE" in refusal(server)
    assert {"Secret", "Database", "Signing keys", "Address"} <= set(problems(server))

    secret = tmp_path / "secret"
    secret.write_text("s" * 40)
    server.env |= {"ESIGN_SECRET_FILE": str(secret), "ESIGN_BASE_URL": ADDRESS}
    server.start()
    try:
        assert problems(server) == []
        said = server.log.read_text()
        assert "Demo logins" not in said
        link = next(word for word in said.split() if word.startswith(f"{ADDRESS}/setup/"))
        page = server.url + link.removeprefix(ADDRESS)
        assert httpx.get(page, verify=PLAIN_HTTP).status_code == 200
    finally:
        server.stop()
