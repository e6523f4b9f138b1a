"""One call of every operation of the API that would succeed, or be refused only for the state things are in."""

from typing import Any, NamedTuple

from tests.support.world import World


class Call(NamedTuple):
    method: str
    path: str
    body: Any = None
    query: dict[str, str] | None = None
    writes: bool = False


GONE = "2222222222222222"


def every_call(
    world: World,
    document: str = GONE,
    request: str = GONE,
    message: str = GONE,
    run: str = GONE,
    user: str = GONE,
) -> list[Call]:
    deal, rule, template, signatory = world.deal, world.rule, world.template, world.signatory
    return [
        Call("GET", "/pipelines"),
        Call("GET", "/users"),
        Call("POST", f"/users/{user}/deactivate", writes=True),
        Call("POST", f"/users/{user}/activate", writes=True),
        Call("GET", "/deals"),
        Call("POST", "/deals", {"title": "New"}, writes=True),
        Call("GET", f"/deals/{deal}"),
        Call("PATCH", f"/deals/{deal}", {"title": "Changed"}, writes=True),
        Call("PUT", f"/deals/{deal}/lines", {"lines": [{"title": "Hours"}]}, writes=True),
        Call("GET", f"/deals/{deal}/preview", query={"stage_id": world.stages["Contract"]}),
        Call("POST", f"/deals/{deal}/move", {"stage_id": world.stages["Contract"], "confirm": True}, writes=True),
        Call("POST", f"/deals/{deal}/comments", {"text": "Hello"}, writes=True),
        Call("GET", f"/deals/{deal}/timeline"),
        Call("GET", f"/deals/{deal}/documents"),
        Call("POST", f"/deals/{deal}/documents", {"template_id": template}, writes=True),
        Call("GET", f"/documents/{document}"),
        Call("POST", f"/documents/{document}/retry", writes=True),
        Call("GET", f"/documents/{document}/preparation"),
        Call("POST", f"/documents/{document}/sign", {"layout": "reuse"}, writes=True),
        Call("GET", f"/documents/{document}/request"),
        Call("GET", f"/documents/{document}/messages"),
        Call("GET", f"/documents/{document}/pdf"),
        Call("GET", f"/documents/{document}/sealed.pdf"),
        Call("GET", f"/requests/{request}"),
        Call("POST", f"/requests/{request}/cancel", writes=True),
        Call("POST", f"/requests/{request}/retry", writes=True),
        Call("POST", f"/messages/{message}/bounced", {"reason": "550"}, writes=True),
        Call("POST", f"/messages/{message}/resend", writes=True),
        Call("GET", "/runs", query={"deal_id": deal}),
        Call("GET", f"/runs/{run}"),
        Call("POST", f"/runs/{run}/retry", writes=True),
        Call("GET", "/contacts"),
        Call("POST", "/contacts", {"name": "Kim Novak", "company_id": world.company}, writes=True),
        Call("GET", f"/contacts/{world.contact}"),
        Call("PATCH", f"/contacts/{world.contact}", {"email": "new@client.example"}, writes=True),
        Call("GET", "/companies"),
        Call("POST", "/companies", {"name": "Brightwater Ltd"}, writes=True),
        Call("GET", f"/companies/{world.company}"),
        Call("PATCH", f"/companies/{world.company}", {"city": "Bristol"}, writes=True),
        Call("GET", "/templates"),
        Call("POST", "/templates", {"name": "Short", "kind": "nda", "language": "en", "html": "<p>x</p>"}, writes=True),
        Call("GET", f"/templates/{template}"),
        Call("PUT", f"/templates/{template}", {"name": "Mine", "html": "<p>x</p>", "seen_version": 1}, writes=True),
        Call("POST", f"/templates/{template}/switch", {"active": False}, writes=True),
        Call("POST", f"/templates/{template}/preview", {"html": "<p>x</p>"}),
        Call("GET", "/rules"),
        Call("POST", "/rules", {"stage_id": world.stages["Lost"], "action": "move_here", "params": {"on": "party_declined"}}, writes=True),
        Call("GET", f"/rules/{rule}"),
        Call("PATCH", f"/rules/{rule}", {"params": {"before_sending": "at_once"}, "seen_version": 1}, writes=True),
        Call("POST", f"/rules/{rule}/switch", {"enabled": False}, writes=True),
        Call("GET", "/own-company"),
        Call("PATCH", "/own-company", {"city": "Kiel", "seen_version": 1}, writes=True),
        Call("GET", "/signatories"),
        Call("POST", "/signatories", {"name": "Robin Krause"}, writes=True),
        Call("GET", f"/signatories/{signatory}"),
        Call("PATCH", f"/signatories/{signatory}", {"mandate": "CEO"}, writes=True),
        Call("DELETE", f"/signatories/{signatory}", writes=True),
    ]  # fmt: skip
