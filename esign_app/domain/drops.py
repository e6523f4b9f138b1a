"""What dropping a deal on a stage will do, said before it is done."""

from dataclasses import dataclass

from sqlmodel import Session

from esign_app.domain import deals, documents, own_companies, pipelines, rights, rules, templates
from esign_app.domain.actor import Actor
from esign_app.domain.refusals import NotFound, Refused
from esign_app.domain.signing import preparation
from esign_app.domain.signing.preparation import Missing, Person
from esign_app.models import Deal, OwnSignatory, Stage, Template
from esign_app.text import t

ALREADY_THERE = "Nothing is sent: {document} is already on its way or completed."


@dataclass(frozen=True)
class Planned:
    """What one rule will do: `sends` a document to `people` in turn, or nothing when one is `there` already (A10)."""

    rule_id: str
    what: str
    people: tuple[Person, ...]
    missing: tuple[Missing, ...]
    there: documents.DocumentView | None
    sends: bool
    confirm: bool

    @property
    def skipped(self) -> str:
        return t(ALREADY_THERE, document=self.there.label) if self.there else ""


@dataclass(frozen=True)
class DropPreview:
    deal_id: str
    deal: str
    stage_id: str
    stage: str
    planned: tuple[Planned, ...]

    @property
    def skipped(self) -> str:
        """Why a rule of the stage sends nothing; "" when none is skipped."""
        return " ".join(item.skipped for item in self.planned if item.there)

    @property
    def asks(self) -> bool:
        """Whether a person must confirm first: something goes out, or would but for what is missing."""
        return any(item.confirm and (item.sends or item.missing) for item in self.planned)


class NeedsConfirmation(Refused):
    """A rule of the stage sends something out: look at the preview and confirm."""

    code = "needs_confirmation"

    def __init__(self, preview: DropPreview) -> None:
        super().__init__("This move sends documents. Please confirm it.")
        self.preview = preview


def check(session: Session, deal: Deal, stage: Stage) -> None:
    """Raises NeedsConfirmation when entering `stage` asks for one."""
    found = _preview(session, deal, stage)
    if found.asks:
        raise NeedsConfirmation(found)


def preview(session: Session, actor: Actor, deal_id: str, stage_id: str) -> DropPreview:
    """What moving this deal to this stage will do; a deal that is there already plans nothing.

    Raises Forbidden for whoever may not move it: they are told now, not after they confirmed.
    """
    rights.require(actor, "move", "deals")
    deal, stage = deals.find(session, deal_id), pipelines.stage(session, stage_id)
    if deal.stage_id == stage.id:
        return DropPreview(deal.public_id, deal.title, stage.public_id, stage.name, ())
    return _preview(session, deal, stage)


def _preview(session: Session, deal: Deal, stage: Stage) -> DropPreview:
    assert stage.id is not None
    planned = [
        plan(session, deal, rule)
        for rule in rules.of_stage(session, stage.id, enabled_only=True)
        if rule.action == rules.SEND
    ]
    return DropPreview(deal.public_id, deal.title, stage.public_id, stage.name, tuple(planned))


def plan(session: Session, deal: Deal, rule: rules.RuleView) -> Planned:
    """What a rule `send_for_signature` would do for this deal right now."""
    template = _template(session, rule)
    signatory = _signatory(session, rule)
    confirm = rule.params["before_sending"] == "confirm"
    if template is None or not template.is_active:
        gone = Missing("The template of this rule is switched off or gone.", ("rules", rule.public_id))
        return Planned(rule.public_id, rule.template, (), (gone,), None, False, confirm)
    assert deal.id is not None and template.id is not None
    there = documents.open_of_template(session, deal.id, template.id)
    if there is not None:
        return Planned(rule.public_id, template.name, (), (), documents.view(session, there), False, confirm)
    slots = preparation.slots_of_template(session, template.id)
    people = preparation.would_sign(session, deal, signatory, slots)
    nobody = Missing("The signatory of this rule no longer signs for us.", ("rules", rule.public_id))
    missing = preparation.what_is_missing(session, deal, signatory, slots, gone=nobody)
    return Planned(rule.public_id, template.name, tuple(people), tuple(missing), None, not missing, confirm)


def _template(session: Session, rule: rules.RuleView) -> Template | None:
    try:
        return templates.find(session, rule.params["template"])
    except NotFound:
        return None


def _signatory(session: Session, rule: rules.RuleView) -> OwnSignatory | None:
    try:
        return own_companies.signatory(session, rule.params["signatory"])
    except NotFound:
        return None
