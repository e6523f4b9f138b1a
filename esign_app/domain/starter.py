"""What every new installation has before anybody works with it: roles, a pipeline, consent texts, templates."""

import hashlib
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, select

from esign_app.domain import layouts, rights, templates
from esign_app.domain.actor import SYSTEM
from esign_app.models import ConsentText, Pipeline, Series, Stage

TEXTS = Path(__file__).parents[1] / "locales" / "templates"
_LOOK = "{{ letter.css }}"

# Kind: the name of its numbering, what it is called in each language, and who signs it.
TEMPLATES = {
    "contract": (
        "Contracts",
        {"en": "Service contract", "de": "Dienstleistungsvertrag"},
        (layouts.OWN, layouts.CLIENT),
    ),
    "offer": ("Offers", {"en": "Service offer", "de": "Angebot"}, (layouts.CLIENT,)),
    "nda": (
        "NDAs",
        {"en": "Non-disclosure agreement", "de": "Geheimhaltungsvereinbarung"},
        (layouts.OWN, layouts.CLIENT),
    ),
}

STAGES = (
    ("New", "open", "#64748b"),
    ("Qualified", "open", "#0ea5e9"),
    ("Offer", "open", "#8b5cf6"),
    ("Contract", "open", "#f59e0b"),
    ("Won", "won", "#16a34a"),
    ("Lost", "lost", "#dc2626"),
)

# Version 1. Changing a word means a new version; what people agreed to stays as it was.
CONSENT = {
    "en": (
        "I have read the document and agree to sign it electronically. My name, my e-mail address, the times of my "
        "steps, my network address and my signature are kept as evidence with the document. This is a simple "
        "electronic signature in the sense of Art. 3 (10) of Regulation (EU) 910/2014; it does not replace a written "
        "form required by law."
    ),
    "de": (
        "Ich habe das Dokument gelesen und bin damit einverstanden, es elektronisch zu unterschreiben. Mein Name, "
        "meine E-Mail-Adresse, die Zeitpunkte meiner Schritte, meine Netzwerkadresse und meine Unterschrift werden "
        "als Nachweis mit dem Dokument aufbewahrt. Dies ist eine einfache elektronische Signatur im Sinne von "
        "Art. 3 Nr. 10 der Verordnung (EU) Nr. 910/2014; sie ersetzt keine gesetzlich vorgeschriebene Schriftform."
    ),
}


def create(session: Session, *, now: datetime) -> None:
    """Make what is missing; an installation that has it is left as it is."""
    rights.create_starter_roles(session)
    _consent_texts(session)
    if session.exec(select(Pipeline.id)).first() is None:
        _pipeline(session)
    if not templates.listed(session, SYSTEM):
        _templates(session, now)


def _consent_texts(session: Session) -> None:
    if session.exec(select(ConsentText.id)).first() is not None:
        return
    for language, text in CONSENT.items():
        digest = hashlib.sha256(text.encode()).hexdigest()
        session.add(ConsentText(version=1, language=language, text=text, sha256=digest))


def _pipeline(session: Session) -> None:
    pipeline = Pipeline(name="Sales")
    session.add(pipeline)
    session.flush()
    assert pipeline.id is not None
    for rank, (name, meaning, colour) in enumerate(STAGES, start=1):
        session.add(Stage(pipeline_id=pipeline.id, name=name, meaning=meaning, rank=rank, colour=colour))
    session.flush()


def text(kind: str, language: str) -> str:
    """A starter template as it is saved and edited: whole, with the look that all of them share written into it."""
    html = (TEXTS / language / f"{kind}.html").read_text(encoding="utf-8")
    return html.replace(_LOOK, (TEXTS / "letter.css").read_text(encoding="utf-8").strip())


def _templates(session: Session, now: datetime) -> None:
    """Every kind in both languages; the two share one numbering."""
    for kind, (numbering, names, slots) in TEMPLATES.items():
        series = Series(name=numbering, pattern="{YEAR}-{NUMBER}")
        session.add(series)
        session.flush()
        for language, name in names.items():
            templates.create(
                session,
                SYSTEM,
                name=name,
                kind=kind,
                language=language,
                html=text(kind, language),
                slots=slots,
                series_id=series.id,
                now=now,
            )
