import { useEffect, useId, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { Link } from "react-router";
import { Icon } from "./board_card.jsx";
import { useBeside } from "./board_menu.jsx";

// What a drop is about to do, beside the dropped card. Nothing leaves the house before Send; Escape puts the card back.
// The focus goes to the box and not to Send: the space that dropped the card must not press it.
export function Preview({ preview, words, onConfirm, onCancel }) {
  const ref = useRef(null);
  const id = useId();
  const [sent, setSent] = useState(false);
  const card = () => document.querySelector(`[data-card="${CSS.escape(preview.card_id)}"]`);
  const at = useBeside(card, ref, [preview]);
  useEffect(() => { setSent(false); ref.current?.focus(); }, [preview.seq]);
  const keys = (event) => {
    if (event.key === "Escape") { event.stopPropagation(); onCancel(preview.seq); }
    if (event.key === "Tab") trap(event, ref.current);
  };
  const missing = preview.missing ?? [];
  return createPortal(
    <div className="drop-veil">
      <div ref={ref} className="drop" role="dialog" aria-modal="true" aria-labelledby={`${id}-title`} aria-describedby={`${id}-what`} tabIndex={-1} style={at} onKeyDown={keys}>
        <header className="drop__head">
          <h2 id={`${id}-title`}>{preview.title}</h2>
          <button type="button" className="icon-button" aria-label={words.cancel} onClick={() => onCancel(preview.seq)}><Icon name="x" /></button>
        </header>
        <div id={`${id}-what`} className="drop__body">
          {preview.what ? <p>{preview.what}</p> : null}
          <ol className="drop__steps">
            {(preview.steps ?? []).map((step, index) => <li key={index}><span className="drop__number" aria-hidden="true">{index + 1}</span><span>{step.text}</span></li>)}
          </ol>
          {missing.length ? <Missing missing={missing} words={words} /> : null}
        </div>
        <footer className="drop__foot">
          <button type="button" className="button button--quiet" disabled={sent} onClick={() => onCancel(preview.seq)}>{words.cancel}</button>
          <button type="button" className="button button--primary" disabled={!preview.can_send || sent} aria-busy={sent}
            onClick={() => { setSent(true); onConfirm(preview.seq); }}><Icon name="send" /><span>{words.send}</span></button>
        </footer>
      </div>
    </div>,
    document.body,
  );
}

function Missing({ missing, words }) {
  return (
    <div className="drop__missing">
      <h3><Icon name="meaning-needs" className="icon icon--s" />{words.missing}</h3>
      <ul>{missing.map((entry, index) => (
        <li key={index}>{entry.href ? <Link to={entry.href}>{entry.text}<Icon name="arrow-right" className="icon icon--s" /></Link> : entry.text}</li>
      ))}</ul>
    </div>
  );
}

function trap(event, box) {
  const stops = [...box.querySelectorAll("a[href], button:not(:disabled)")];
  const first = stops[0];
  const last = stops[stops.length - 1];
  const here = document.activeElement;
  if (event.shiftKey && (here === first || here === box)) { event.preventDefault(); last?.focus(); }
  else if (!event.shiftKey && here === last) { event.preventDefault(); first?.focus(); }
}
