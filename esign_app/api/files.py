"""Stored PDFs as answers."""

from typing import Any
from urllib.parse import quote

from fastapi import Response

from esign_app.automation import files

PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
}


def pdf(sha256: str, name: str) -> Response:
    """The stored file under the name people know it by."""
    return attachment(files.get(sha256), name)


def attachment(content: bytes, name: str) -> Response:
    """A PDF to save, with its name in every alphabet (RFC 5987); nothing in a name can end the header."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in " -_.") else "_" for c in name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type="application/pdf", headers={"Content-Disposition": disposition})
