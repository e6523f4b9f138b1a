"""Reading a page's drawing instructions, and knowing whether they were read to the end."""

import pikepdf

_END_MARK = "EsignEnd"


def instructions(content: bytes, operators: str = "") -> list[tuple[str, list[pikepdf.Object]]] | None:
    """The instructions of a content stream (only `operators` when given), or None when it does not end cleanly.

    A parser passes over a string that is never closed, and a viewer lets it swallow whatever is drawn next: an end mark of our
    own that does not come out again tells.
    """
    holder = pikepdf.new()
    stream = pikepdf.Stream(holder, content + f"\n{_END_MARK}".encode("ascii"))
    try:
        parsed = list(pikepdf.parse_content_stream(stream, f"{operators} {_END_MARK}" if operators else ""))
    except (pikepdf.PdfError, ValueError, TypeError):
        return None
    found = [(str(one.operator), list(one.operands)) for one in parsed]
    return found[:-1] if found and found[-1] == (_END_MARK, []) else None
