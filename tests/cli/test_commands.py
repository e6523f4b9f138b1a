from pathlib import Path

import httpx

from tests.support.server import Server


def test_an_api_key_is_alone_on_the_last_line_and_works(server: Server) -> None:
    done = server.esign("api-key", "create", "--name", "a script", "--role", "admin")
    assert done.returncode == 0
    key = done.stdout.splitlines()[-1]
    assert " " not in key
    answer = httpx.get(f"{server.url}/api/v1/deals", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 200


def test_an_api_key_for_an_unknown_role_is_refused_in_words(server: Server) -> None:
    done = server.esign("api-key", "create", "--name", "a script", "--role", "emperor")
    assert (done.returncode, done.stderr) == (1, "There is no role emperor.\n")


def test_demo_reset_touches_nothing_while_a_server_runs(server: Server) -> None:
    done = server.esign("demo-reset")
    assert done.returncode == 1
    assert "A server is running" in done.stderr
    assert server.answers()


def test_demo_reset_refuses_in_production(tmp_path: Path) -> None:
    server = Server(tmp_path, ESIGN_ENV="production")
    server.data.mkdir()
    (server.data / "esign.db").write_bytes(b"precious")
    done = server.esign("demo-reset")
    assert done.returncode == 1
    assert "production" in done.stderr
    assert (server.data / "esign.db").read_bytes() == b"precious"


def test_demo_reset_starts_afresh(tmp_path: Path) -> None:
    server = Server(tmp_path)
    assert server.esign("demo-reset").returncode == 0
    server.api_key()
    assert server.esign("demo-reset").returncode == 0
    assert (server.data / "esign.db").is_file()


def test_doctor_finds_nothing_on_a_running_demo(server: Server) -> None:
    done = server.esign("doctor")
    assert done.returncode == 0, done.stdout
    assert "problem" not in done.stdout


def test_doctor_names_what_is_missing_and_makes_nothing(tmp_path: Path) -> None:
    server = Server(tmp_path, ESIGN_ENV="production", ESIGN_SMTP_URL="smtp://127.0.0.1:9")
    done = server.esign("doctor")
    assert done.returncode == 1
    problems = [line.split(":")[0] for line in done.stdout.splitlines() if line.startswith("problem")]
    assert {"problem  Data folder", "problem  Secret", "problem  Database", "problem  E-mail"} <= set(
        problems
    )
    assert not server.data.exists()


def test_doctor_says_that_nobody_works_and_that_redis_is_away(tmp_path: Path) -> None:
    server = Server(tmp_path, ESIGN_REDIS_URL="redis://127.0.0.1:1/0")
    assert server.esign("prepare").returncode == 0
    done = server.esign("doctor")
    assert done.returncode == 1
    assert "problem  Work: Nobody does what is due." in done.stdout
    assert "problem  Open pages: Redis does not answer" in done.stdout
    assert "ok       Clock: " in done.stdout


def test_the_commands_speak_german(tmp_path: Path) -> None:
    done = Server(tmp_path, ESIGN_ENV="production", LC_ALL="de_DE.UTF-8").esign("demo-reset")
    assert done.stderr == "Das ist keine Demo: ESIGN_ENV ist production. Es wurde nichts verändert.\n"


def test_help_lists_every_command(tmp_path: Path) -> None:
    done = Server(tmp_path).esign("--help")
    assert done.returncode == 0
    assert {"run", "verify", "demo-reset", "doctor", "api-key"} <= set(done.stdout.split())
