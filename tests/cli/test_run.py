import socket
import time
from collections.abc import Callable
from pathlib import Path

from tests.support.server import Server


def test_it_prints_one_address_and_the_demo_logins_and_is_quiet_otherwise(
    start_server: Callable[..., Server],
) -> None:
    server = start_server()
    for _ in range(50):  # the address is printed a moment after it answers
        if "esign is ready" in server.log.read_text():
            break
        time.sleep(0.1)
    assert server.stop() == 0
    said = server.log.read_text()
    assert said.count("http://") == 1
    assert f"esign is ready at {server.url}\n" in said
    assert "Demo logins" in said


def test_a_taken_port_is_a_sentence_and_exit_1(tmp_path: Path) -> None:
    server = Server(tmp_path)
    with socket.create_server(("0.0.0.0", server.port)):
        done = server.esign("run")
    assert done.returncode == 1
    assert (
        done.stderr
        == f"Port {server.port} is taken by another program. Stop it, or choose another one with ESIGN_PORT.\n"
    )
    assert not server.data.exists()


def test_a_second_server_on_the_same_port_is_refused(server: Server) -> None:
    assert server.esign("run").returncode == 1
    assert server.answers()


def test_a_second_server_on_the_same_data_is_refused(server: Server, tmp_path: Path) -> None:
    second = Server(tmp_path, ESIGN_DATA_DIR=str(server.data))
    done = second.esign("run")
    assert done.returncode == 1
    assert "Another server works on the data" in done.stderr
    assert server.answers()


def test_a_killed_server_leaves_nothing_behind_and_starts_again(start_server: Callable[..., Server]) -> None:
    server = start_server()
    assert server.process
    server.process.kill()  # the supervisor alone
    server.process.wait()
    until = time.monotonic() + 5
    while server.answers() and time.monotonic() < until:
        time.sleep(0.05)
    assert not server.answers(), "the worker outlived its supervisor"
    server.start()
    assert server.stop() == 0


def test_a_setting_that_cannot_be_is_named(tmp_path: Path) -> None:
    done = Server(tmp_path, ESIGN_PORT="70000").esign("run")
    assert done.returncode == 1
    assert done.stderr.startswith("ESIGN_PORT: ")
