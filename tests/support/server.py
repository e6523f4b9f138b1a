"""The product as people start it: `esign run` in a process of its own, with its own data and port."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from esign_app.front_end import ROOT

STARTS_WITHIN = 150.0
# To read every certificate of the machine, as httpx does by default, takes longer than the question.
PLAIN_HTTP = False


class DidNotStart(Exception):
    """The log tells why."""


class Server:
    """One data directory and one port; it can be started, stopped, killed and started again."""

    command_name = "run"

    def __init__(self, folder: Path, **settings: str) -> None:
        self.data = folder / "data"
        self.log = folder / "server.log"
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("ESIGN_")} | {
            "ESIGN_PORT": str(self.port),
            "ESIGN_DATA_DIR": str(self.data),
            "ESIGN_DEMO": "deals",
            "PYTHONUNBUFFERED": "1",
            "LC_ALL": "C.UTF-8",
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Server":
        """Come back once the server answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(self.command_name),
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        until = time.monotonic() + STARTS_WITHIN
        while self.process.poll() is None and time.monotonic() < until:
            if self.answers():
                return self
            time.sleep(0.1)
        if self.is_running:
            self.kill()
        raise DidNotStart(self.log.read_text(errors="replace")[-6000:])

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/ping", timeout=2, verify=PLAIN_HTTP).status_code == 200
        except httpx.HTTPError:
            return False

    def esign(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another `esign` command on the same data."""
        return subprocess.run(
            self.command(*arguments),
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=180,  # a busy machine; alone it takes two seconds
            check=False,
        )

    def api_key(self, role: str = "admin") -> str:
        return self.esign("api-key", "create", "--name", "tests", "--role", role).stdout.splitlines()[-1]

    def stop(self) -> int:
        """As Ctrl-C does; answers the exit code."""
        assert self.process
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=30)

    def kill(self) -> None:
        """As the power cut does: the server and every process it started, at once."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=10)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @staticmethod
    def command(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "esign_app.cli", *arguments]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
