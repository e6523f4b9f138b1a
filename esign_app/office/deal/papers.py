"""Documents as the deal page shows them: state in a word and a meaning, who is next, and what can be done."""

from dataclasses import dataclass, field

from sqlmodel import Session

from esign_app.automation import page_images
from esign_app.domain import documents, ledger, rights, strips
from esign_app.domain.actor import Actor
from esign_app.domain.documents import DocumentView
from esign_app.domain.signing import files
from esign_app.office.deal import views
from esign_app.office.deal.views import MessageRow
from esign_app.text import t, when

# The five meanings of each document state, and its word.
STATES = {
    "draft": ("waiting", "Draft"),
    "making": ("moving", "Being made"),
    "preparing": ("moving", "Being sent"),
    "sent": ("moving", "Sent"),
    "opened": ("moving", "Opened"),
    "partly_signed": ("moving", "Partly signed"),
    "sealing": ("moving", "Being sealed"),
    "completed": ("good", "Completed"),
    "declined": ("broken", "Declined"),
    "expired": ("needs_you", "Expired"),
    "cancelled": ("waiting", "Withdrawn"),
    "failed": ("broken", "Failed"),
}
_CAN_BE_SENT = ("draft", "declined", "expired", "cancelled")
_CAN_BE_WITHDRAWN = ("sent", "opened", "partly_signed")
_STEP_ICONS = {
    "done": "circle-check", "now": "circle-dashed", "todo": "circle-dashed",
    "declined": "ban", "expired": "hourglass", "failed": "circle-x",
}  # fmt: skip
_STEP_MEANINGS = {
    "done": "good", "now": "moving", "todo": "waiting",
    "declined": "broken", "expired": "needs_you", "failed": "broken",
}  # fmt: skip


@dataclass(frozen=True)
class PaperRow:
    """A document in the list; `again_kind` says what can be tried again (document | request), "" for nothing."""

    id: str = ""
    label: str = ""
    title: str = ""
    meaning: str = ""
    state: str = ""
    sentence: str = ""
    since: str = ""
    request_id: str = ""
    can_send: bool = False
    can_withdraw: bool = False
    is_sealed: bool = False
    again_kind: str = ""
    again_id: str = ""


@dataclass(frozen=True)
class StepRow:
    text: str
    icon: str
    meaning: str


@dataclass(frozen=True)
class PageRow:
    number: int
    label: str
    src: str
    srcset: str


@dataclass(frozen=True)
class Paper:
    """One open document: its steps, pages and messages; none is open while `row.id` is empty."""

    row: PaperRow = PaperRow()
    is_being_made: bool = False
    error: str = ""
    steps: list[StepRow] = field(default_factory=list)
    pages: list[PageRow] = field(default_factory=list)
    messages: list[MessageRow] = field(default_factory=list)
    had_trouble: bool = False
    pdf: str = ""
    sealed: str = ""


def of_deal(session: Session, actor: Actor, deal_id: str) -> list[PaperRow]:
    """The deal's documents, newest first; none for who may not see documents."""
    if not rights.may(actor, "view", "documents"):
        return []
    return [_row(session, actor, view) for view in documents.of_deal(session, actor, deal_id)]


def opened(session: Session, actor: Actor, document_id: str) -> Paper:
    """One document with everything that is known of it."""
    view = documents.get(session, actor, document_id)
    strip = strips.of_document(session, documents.find(session, document_id))
    sha256 = files.as_it_stands(session, actor, document_id)[0] if view.ready else ""
    base = f"/office/documents/{document_id}"
    row = _row(session, actor, view)
    sent = [views.message(item, actor.zone) for item in ledger.of_document(session, actor, document_id)]
    return Paper(
        row=row,
        is_being_made=view.state == "preparing" and not view.request_id,
        error=view.error,
        steps=[_step(step) for step in strip.steps] if view.request_id else [],
        pages=pages(base, view.pages, sha256),
        messages=sent,
        had_trouble=any(item.is_broken for item in sent),
        pdf=f"{base}/pdf" if view.ready else "",
        sealed=f"{base}/sealed.pdf" if row.is_sealed else "",
    )


def pages(base: str, count: int, sha256: str) -> list[PageRow]:
    """Addresses of the page pictures in three sizes; the hash in them changes with the file."""

    def address(number: int, width: int) -> str:
        return f"{base}/page/{number}?w={width}&v={sha256[:12]}"

    return [
        PageRow(
            number,
            t("Page {number} of {all}", number=number, all=count),
            address(number, page_images.WIDTHS[-2]),
            ", ".join(f"{address(number, width)} {width}w" for width in page_images.WIDTHS),
        )
        for number in range(1, count + 1)
    ]


def _row(session: Session, actor: Actor, view: DocumentView) -> PaperRow:
    strip = strips.of_document(session, documents.find(session, view.public_id))
    state = "making" if view.state == "preparing" and not view.request_id else view.state
    tone, word = STATES[state]
    again = ("", "")
    if view.state == "failed":
        again = ("request", view.request_id) if view.request_id else ("document", view.public_id)
    return PaperRow(
        id=view.public_id,
        label=view.label,
        title=view.title,
        meaning=views.meaning(strip.tone) if strip.tone in ("needs", "broken") else tone,
        state=t(word),
        sentence=strip.text.removeprefix(f"{view.label}: "),
        since=when(strip.since, actor.zone),
        request_id=view.request_id,
        can_send=state in _CAN_BE_SENT and rights.may(actor, "sign", "documents"),
        can_withdraw=state in _CAN_BE_WITHDRAWN and rights.may(actor, "sign", "documents"),
        is_sealed=state == "completed",
        again_kind=again[0],
        again_id=again[1],
    )


def _step(step: strips.Step) -> StepRow:
    return StepRow(step.label, _STEP_ICONS[step.state], _STEP_MEANINGS[step.state])
