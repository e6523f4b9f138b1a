"""The signature pad of the office: draw by hand or make from the name, then post to our own route.

    SignaturePad.create(post_url=S.post_url, name=S.signer_name, consent=tr("I agree ..."), words=pad_words(), on_done=S.signed)

The picture travels by fetch as multipart/form-data (`method` typed or drawn, `image` PNG, `strokes` JSON, `consent`
"yes", and every pair of `extra`), because a websocket message is cut at 1 MB and the session cookie, the size limit and the
audit live at the route. `on_done(ok, message)` tells State the outcome; after a failure the drawing is still there.
"""

import reflex as rx

from esign_app.office.ui.scripts import script
from esign_app.office.ui.words import words

PAD_WORDS = {
    "cannot_write": "This device has no letters for {letters}. Please draw the signature.",
    "clear": "Clear",
    "draw": "Draw",
    "draw_here": "Sign here by mouse, pen or finger",
    "failed": "The signature was not accepted. Please try again.",
    "name": "Your name",
    "need_consent": "Please agree first.",
    "need_signature": "Please sign first: draw a line or type your name.",
    "offline": "The server cannot be reached. Your signature is still here; try again.",
    "submit": "Sign",
    "type": "Type",
    "undo": "Undo",
    "ways": "Ways to sign",
}


def pad_words() -> rx.Var[dict[str, str]]:
    """All that the pad says itself, in the reader's language."""
    return words(PAD_WORDS)


class SignaturePad(rx.NoSSRComponent):
    """See the module. The drawing code itself is `assets/pad/`, the same file the public pages use."""

    library = script(__name__, "signature_pad.jsx")
    tag = "OfficeSignaturePad"

    post_url: rx.Var[str]
    name: rx.Var[str]
    consent: rx.Var[str]
    extra: rx.Var[dict[str, str]]
    words: rx.Var[dict]
    disabled: rx.Var[bool]

    on_done: rx.EventHandler[rx.event.passthrough_event_spec(bool, str)]
