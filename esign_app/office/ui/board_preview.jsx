import { useId, useLayoutEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { Icon } from "./board_card.jsx";
import { useBeside } from "./board_menu.jsx";

// What a drop is about to do, beside the dropped card. Nothing leaves the house before Send; Escape puts the card back.
// A native modal dialog: the board behind it is inert. The focus goes to the box and not to Send, because the space
// that dropped the card must not press it.
export function Preview({ preview, words, onConfirm, onCancel }) {
  const ref = useRef(null);
  const id = useId();
  const [sent, setSent] = useState(false);
  const card = () => document.querySelector(`[data-card="${CSS.escape(preview.card_id)}"]`);
  // Opened before it is placed: a closed dialog has no size.
  useLayoutEffect(() => {
    setSent(false);
    card()?.closest("[data-stage]")?.scrollIntoView({ inline: "nearest", block: "nearest" });
    if (!ref.current.open) ref.current.showModal();
    ref.current.focus();
  }, [preview.seq]);
  const at = useBeside(card, ref, [preview]);
  const cancel = (event) => { event.preventDefault(); if (!sent) onCancel(preview.seq); };
  const missing = preview.missing ?? [];
  return (
    <dialog ref={ref} className="drop" aria-labelledby={`${id}-title`} aria-describedby={`${id}-what`} tabIndex={-1} style={at} onCancel={cancel}>
      <header className="drop__head">
        <h2 id={`${id}-title`}>{preview.title}</h2>
        <button type="button" className="icon-button" aria-label={words.cancel} onClick={cancel}><Icon name="x" /></button>
      </header>
      <div id={`${id}-what`} className="drop__body">
        {preview.what ? <p>{preview.what}</p> : null}
        <ol className="drop__steps">
          {(preview.steps ?? []).map((step, index) => <li key={index}><span className="drop__number" aria-hidden="true">{index + 1}</span><span>{step.text}</span></li>)}
        </ol>
        {missing.length ? <Missing missing={missing} words={words} /> : null}
      </div>
      <footer className="drop__foot">
        <button type="button" className="button button--quiet" disabled={sent} onClick={cancel}>{words.cancel}</button>
        <button type="button" className="button button--primary" disabled={!preview.can_send || sent} aria-busy={sent}
          onClick={() => { setSent(true); onConfirm(preview.seq); }}><Icon name="send" /><span>{words.send}</span></button>
      </footer>
    </dialog>
  );
}

function Missing({ missing, words }) {
  return (
    <div className="drop__missing">
      <h3><Icon name="meaning-needs_you" className="icon icon--s" />{words.missing}</h3>
      <ul>{missing.map((entry, index) => (
        <li key={index}>{entry.href ? <Link to={entry.href}>{entry.text}<Icon name="arrow-right" className="icon icon--s" /></Link> : entry.text}</li>
      ))}</ul>
    </div>
  );
}
