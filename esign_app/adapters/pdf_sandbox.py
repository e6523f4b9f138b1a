"""Templates written by people, filled without trust: a small language, plain data, an answer that names the line.

The sandbox keeps a template from reaching anything but its data. It does not keep it from being slow or large: that is
what the limits of the child process are for.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from esign_app.adapters.pdf_filters import BadValue, Formats
from esign_app.adapters.pdf_reasons import RenderFailed

LARGEST_HTML = 2_000_000
_SIGN_TAG = re.compile(r"\{\{\s*sign:([\w-]+)\s*\}\}")
# fmt: off
_FILTERS = frozenset({
    "abs", "batch", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first",
    "float", "groupby", "int", "items", "join", "last", "length", "list", "lower", "map", "max",
    "min", "reject", "rejectattr", "replace", "reverse", "round", "select", "selectattr", "slice",
    "sort", "string", "striptags", "sum", "title", "trim", "truncate", "unique", "upper",
    "wordcount", "wordwrap",
})
# fmt: on
_TEXT_METHODS = frozenset(
    {"capitalize", "endswith", "lower", "split", "startswith", "strip", "title", "upper"}
)
_NOT_ALLOWED = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.ScopedEvalContextModifier)


class Fields(dict[str, Any]):
    """A part of the data that knows its own name, so that a missing field can be named in full."""

    path = ""


def named(value: Any, path: str = "") -> Any:
    """The data with every mapping in it turned into Fields."""
    if isinstance(value, Mapping):
        fields = Fields({str(key): named(item, f"{path}.{key}".lstrip(".")) for key, item in value.items()})
        fields.path = path
        return fields
    if isinstance(value, list | tuple):
        return [named(item, path) for item in value]
    return value


class UnknownField(StrictUndefined):
    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint:
            return self._undefined_hint
        path = getattr(self._undefined_obj, "path", "")
        return f"{path}.{self._undefined_name}".lstrip(".")


class Sandbox(ImmutableSandboxedEnvironment):
    """Fields before methods, no method that formats or multiplies, no arithmetic that explodes."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, formats: Formats, helpers: Mapping[str, Callable[..., Any]]) -> None:
        super().__init__(autoescape=True, undefined=UnknownField, finalize=_nothing_for_none)
        self.filters = {name: self.filters[name] for name in _FILTERS} | formats.filters()
        self.globals = dict(helpers)

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Fields):
            return self._field(obj, attribute)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Fields):
            return self._field(obj, argument)
        return super().getitem(obj, argument)

    def _field(self, fields: Fields, name: Any) -> Any:
        return fields[name] if name in fields else self.undefined(obj=fields, name=name)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, str):
            return attr in _TEXT_METHODS
        if isinstance(obj, list | tuple | dict | int | float):
            return False
        return super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        grows = operator != "+" and (isinstance(left, str | list) or isinstance(right, str | list))
        if operator == "**" or grows:
            raise SecurityError(f"the operator {operator} with these values")
        result = super().call_binop(context, operator, left, right)
        if isinstance(result, int) and result.bit_length() > 256:
            raise SecurityError(f"the operator {operator} with these values")
        return result


def _nothing_for_none(value: Any) -> Any:
    return "" if value is None else value


def fill(sandbox: Sandbox, template: str, data: Mapping[str, Any]) -> str:
    """The template with the data in it, or RenderFailed naming the line and the field."""
    parsed = parse(sandbox, template)
    try:
        return _bounded(sandbox.from_string(parsed).generate(**named(data)))
    except RenderFailed as error:
        raise RenderFailed(error.code, **error.values | {"line": _line(error.__traceback__)}) from error
    except (MemoryError, RecursionError):
        raise
    except Exception as error:
        raise _explained(error) from error


def _bounded(parts: Iterator[str]) -> str:
    kept: list[str] = []
    size = 0
    for part in parts:
        size += len(part)
        if size > LARGEST_HTML:
            raise RenderFailed("too_much_text", limit=LARGEST_HTML // 1_000_000)
        kept.append(part)
    return "".join(kept)


def parse(sandbox: Sandbox, template: str) -> nodes.Template:
    """The template's tree, or RenderFailed naming the line."""
    try:
        tree = sandbox.parse(_SIGN_TAG.sub(r"{{ sign('\1') }}", template))
    except TemplateSyntaxError as error:
        raise RenderFailed("syntax", line=error.lineno, detail=error.message) from error
    refused = next(tree.find_all(_NOT_ALLOWED), None)
    if refused is not None:
        raise RenderFailed("forbidden", line=refused.lineno, detail=type(refused).__name__.lower())
    for used in tree.find_all(nodes.Filter):
        if used.name not in sandbox.filters:
            raise RenderFailed("unknown_filter", line=used.lineno, name=used.name)
    return tree


def names_in(tree: nodes.Template) -> set[str]:
    """The fields a template reads from its data, dotted: `client.name`, `lines`."""
    own = {node.name for node in tree.find_all(nodes.Name) if node.ctx in ("store", "param")}
    own |= {node.name for node in tree.find_all(nodes.Macro)} | {"loop", "caller", "self", "sign"}
    inner = {id(node.node) for node in tree.find_all(nodes.Getattr)}
    inner |= {id(node.node) for node in tree.find_all(nodes.Getitem)}
    reads: tuple[type[nodes.Expr], ...] = (nodes.Getattr, nodes.Getitem, nodes.Name)
    dotted = {_dotted(node) for node in tree.find_all(reads) if id(node) not in inner}
    return {name for name in dotted if name and name.split(".")[0] not in own}


def _dotted(node: nodes.Node) -> str:
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr():
            base, name = _dotted(node.node), node.attr
        case nodes.Getitem(arg=nodes.Const(value=str(name))):
            base = _dotted(node.node)
        case nodes.Getitem():
            return _dotted(node.node)
        case _:
            return ""
    return f"{base}.{name}" if base else ""


def slots_in(tree: nodes.Template) -> list[str]:
    """The parties for whom the template holds a place to sign, in its order."""
    keys = []
    for call in tree.find_all(nodes.Call):
        match call:
            case nodes.Call(node=nodes.Name(name="sign"), args=[nodes.Const(value=str(key))]):
                keys.append(key)
    return list(dict.fromkeys(keys))


def _explained(error: Exception) -> RenderFailed:
    line = _line(error.__traceback__)
    match error:
        case TemplateSyntaxError():
            return RenderFailed("syntax", line=error.lineno, detail=error.message)
        case UndefinedError():
            return RenderFailed("unknown_field", line=line, field=error.message)
        case SecurityError():
            return RenderFailed("forbidden", line=line, detail=_short(error))
        case BadValue():
            return RenderFailed("bad_value", line=line, name=error.name, value=error.value)
    return RenderFailed("template", line=line, detail=_short(error))


def _short(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:200]


def _line(traceback: TracebackType | None) -> int:
    """The last line of the template on the way to the error; Jinja writes it into the traceback."""
    line = 0
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == "<template>":
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line
