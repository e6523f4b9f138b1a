import json
from pathlib import Path

from esign_app.automation import keys
from tests.support.server import Server


def test_a_file_that_is_no_pdf_cannot_be_checked_and_is_not_zero(tmp_path: Path) -> None:
    root, file = tmp_path / "root.pem", tmp_path / "letter.pdf"
    root.write_bytes(keys.keys().root.der)
    file.write_bytes(b"hello")
    done = Server(tmp_path).esign("verify", "--json", "--root", str(root), str(file))
    said = json.loads(done.stdout)
    assert done.returncode == 1
    assert said["verdict"] == "cannot_check"
    assert said["sentence"] == "This file cannot be checked."
    assert {"findings", "signatures", "document"} <= set(said)
