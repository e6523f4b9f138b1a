"""What was posted, read no further than its limit: a form, a form with files, or JSON."""

import json
from collections.abc import AsyncGenerator
from typing import Any

from starlette.datastructures import UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from esign_app.domain.refusals import Invalid, Refused

Values = dict[str, Any]


class TooLarge(Refused):
    status = 413
    code = "too_large"


class _InMemory(MultiPartParser):
    """Uploads never touch the disk."""

    spool_max_size = 64 << 20


async def read(request: Request, limit: int) -> Values:
    """Field names to texts, JSON values or (for files) bytes. Raises TooLarge, or Invalid for what cannot be read."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "application/json":
            return _object(b"".join([part async for part in _limited(request, limit)]))
        if kind == "multipart/form-data":
            return await _multipart(request, limit)
        form = await FormParser(request.headers, _limited(request, limit)).parse()
    except (MultiPartException, UnicodeDecodeError, KeyError):
        raise _unreadable() from None
    return {name: value for name, value in form.multi_items() if isinstance(value, str)}


async def _multipart(request: Request, limit: int) -> Values:
    parser = _InMemory(request.headers, _limited(request, limit), max_files=1, max_fields=12)
    form = await parser.parse()
    try:
        return {
            name: await value.read() if isinstance(value, UploadFile) else value
            for name, value in form.multi_items()
        }
    finally:
        await form.close()


async def _limited(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    """Ends with TooLarge at the first byte over the limit, whatever the client announced."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise _too_large(limit)
    received = 0
    async for part in request.stream():
        received += len(part)
        if received > limit:
            raise _too_large(limit)
        yield part


def _object(content: bytes) -> Values:
    try:
        value = json.loads(content or b"{}")
    except (ValueError, RecursionError):
        raise _unreadable() from None
    if not isinstance(value, dict):
        raise _unreadable()
    return value


def _too_large(limit: int) -> TooLarge:
    if limit >= 1 << 20:
        return TooLarge("This is too large: at most {limit} MB are possible.", limit=limit >> 20)
    return TooLarge("This is too large: at most {limit} kB are possible.", limit=limit >> 10)


def _unreadable() -> Invalid:
    return Invalid("What was sent cannot be read.")
