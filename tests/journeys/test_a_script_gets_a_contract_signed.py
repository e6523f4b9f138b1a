"""An integrator runs the example of docs/api.md against the running product; two people sign; the sealed PDF is on the disk."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from esign_app.front_end import ROOT
from tests.support.script import Script, until
from tests.support.server import Server

CLIENT = "Kim Integrator"


@pytest.mark.row("I1")
def test_the_example_comes_back_with_a_sealed_contract(server: Server, tmp_path: Path) -> None:
    script = Script(server)
    example = subprocess.Popen(
        [
            sys.executable,
            str(ROOT / "docs/examples/send_contract.py"),
            server.url,
            CLIENT,
            "kim@integrator.example",
        ],
        cwd=tmp_path,
        env={**os.environ, "ESIGN_API_KEY": server.api_key("sales"), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        deals = until(
            lambda: [each for each in all_deals(script) if each["title"] == f"Website for {CLIENT}"], 60
        )
        document = script.document(deals[0]["id"], "sent")
        for name in ("Jana Weber", CLIENT):
            script.sign(script.invitation(document["label"], name))
        said, _ = example.communicate(timeout=90)
    finally:
        example.kill()
    assert example.returncode == 0, said
    assert f"Sealed: {document['label']}.pdf" in said
    checked = server.esign("verify", str(tmp_path / f"{document['label']}.pdf"))
    assert checked.returncode == 0, checked.stdout


def all_deals(script: Script) -> list[dict[str, str]]:
    found = script.get("/deals?limit=200")
    items: list[dict[str, str]] = found["items"]
    while found["next"]:
        found = script.get(f"/deals?limit=200&after={found['next']}")
        items += found["items"]
    return items
