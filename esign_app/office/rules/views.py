"""The domain's rules as the page shows them: a card that reads like a sentence, and what became of it last."""

from dataclasses import dataclass, field
from string import Formatter

from esign_app.domain import rules
from esign_app.domain.rules import RuleView, StageRules
from esign_app.domain.runs import LastRun
from esign_app.office import routes
from esign_app.text import t, when

_SEND = "When a deal enters: make {template}, sign as {signatory}, then send it to the client."
_TRIGGERS = {
    "document_completed": "When a document is completed: move the deal here.",
    "party_opened": "When a document is opened: move the deal here.",
    "party_signed": "When a party signs: move the deal here.",
    "party_declined": "When a party declines: move the deal here.",
    "request_expired": "When the time to sign is over: move the deal here.",
}
_BEFORE = {"confirm": "Asks before sending", "at_once": "Sends at once"}
# Run state -> its meaning (office/ui/surfaces.MEANINGS) and its word.
_RUNS = {
    "waiting": ("waiting", "Waiting"),
    "running": ("moving", "Running"),
    "done": ("good", "Done"),
    "skipped": ("waiting", "Skipped"),
    "failed": ("broken", "Failed"),
    "needs_person": ("needs_you", "Needs a person"),
}


@dataclass(frozen=True)
class Piece:
    """A part of a sentence; a name stands out and is never anything but text."""

    text: str
    strong: bool


@dataclass(frozen=True)
class RunLine:
    """`meaning` is empty when the rule never ran."""

    meaning: str = ""
    word: str = ""
    said: str = ""
    deal: str = ""
    href: str = ""
    at: str = ""


@dataclass(frozen=True)
class RuleCard:
    id: str
    version: int
    is_trigger: bool
    enabled: bool
    sentence: list[Piece]
    label: str
    before: str
    trouble: str
    run: RunLine


@dataclass(frozen=True)
class Column:
    id: str
    name: str
    colour: str
    count: int
    rules: list[RuleCard] = field(default_factory=list)


def column(found: StageRules, last: dict[str, LastRun], zone: str) -> Column:
    cards = [_card(rule, last.get(rule.public_id), zone) for rule in found.rules]
    stage = found.stage
    return Column(stage.public_id, t(stage.name), stage.colour, len(cards), cards)


def _card(rule: RuleView, last: LastRun | None, zone: str) -> RuleCard:
    sentence = _sentence(rule)
    return RuleCard(
        id=rule.public_id,
        version=rule.version,
        is_trigger=rule.action == rules.MOVE,
        enabled=rule.enabled,
        sentence=sentence,
        label="".join(piece.text for piece in sentence),
        before=t(_BEFORE[rule.params["before_sending"]]) if rule.action == rules.SEND else "",
        trouble=_trouble(rule),
        run=_run(last, zone) if last else RunLine(),
    )


def _sentence(rule: RuleView) -> list[Piece]:
    if rule.action == rules.MOVE:
        return pieces(_TRIGGERS[rule.params["on"]])
    return pieces(_SEND, template=rule.template or "…", signatory=rule.signatory or "…")


def pieces(message: str, **names: str) -> list[Piece]:
    """`message` in the current language, cut at its `{names}`, so that word order is the language's own."""
    found: list[Piece] = []
    for text, name, _, _ in Formatter().parse(t(message)):
        found += [Piece(text, strong=False)] if text else []
        found += [Piece(names[name], strong=True)] if name else []
    return found


def _trouble(rule: RuleView) -> str:
    if rule.action != rules.SEND:
        return ""
    if not rule.template:
        return t("Its template is gone. Please choose another one.")
    return "" if rule.signatory else t("Its signatory is gone. Please choose another one.")


def _run(last: LastRun, zone: str) -> RunLine:
    meaning, word = _RUNS[last.state]
    return RunLine(
        meaning=meaning,
        word=t(word),
        said=last.sentence,
        deal=last.deal,
        href=routes.deal(last.deal_id),
        at=when(last.at, zone),
    )
