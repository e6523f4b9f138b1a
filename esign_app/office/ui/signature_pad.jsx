import { useEffect, useId, useRef, useState } from "react";
import { attachPad } from "$/public/pad/pad.js";
import SignaturePad from "$/public/pad/signature_pad.js";
import { typedPNG, unwritable } from "$/public/pad/typed.js";

function Icon({ name }) {
  return <svg className="icon" aria-hidden="true" focusable="false"><use href={`/icons.svg#${name}`} /></svg>;
}

// `hold` receives { isEmpty, toPNG, strokes } of whichever way is open.
function Draw({ words, hold }) {
  const canvas = useRef(null);
  const pad = useRef(null);
  const [empty, setEmpty] = useState(true);
  useEffect(() => {
    pad.current = attachPad(SignaturePad, canvas.current, setEmpty);
    hold.current = { method: "drawn", ...pad.current };
    return () => pad.current.off();
  }, []);
  return (
    <>
      <div className="pad__paper">
        <canvas ref={canvas} className="pad__canvas" role="img" aria-label={words.draw_here} />
        {empty ? <p className="pad__hint" aria-hidden="true">{words.draw_here}</p> : null}
      </div>
      <div className="row">
        <button type="button" className="button button--quiet" onClick={() => pad.current.undo()}><Icon name="undo-2" /><span>{words.undo}</span></button>
        <button type="button" className="button button--quiet" onClick={() => pad.current.clear()}><Icon name="eraser" /><span>{words.clear}</span></button>
      </div>
    </>
  );
}

function Type({ words, name, hold }) {
  const id = useId();
  const [text, setText] = useState(name ?? "");
  const [image, setImage] = useState("");
  const [missing, setMissing] = useState([]);
  useEffect(() => {
    let current = true;
    let url = "";
    hold.current = { method: "typed", isEmpty: () => !text.trim(), toPNG: () => typedPNG(text), strokes: () => ({ name: text.trim() }) };
    Promise.all([typedPNG(text), unwritable(text)]).then(([blob, letters]) => {
      if (!current) return;
      url = blob ? URL.createObjectURL(blob) : "";
      setImage(url);
      setMissing(letters);
    });
    return () => { current = false; URL.revokeObjectURL(url); };
  }, [text]);
  return (
    <>
      <div className="pad__paper">{image ? <img className="pad__typed" src={image} alt={text} /> : null}</div>
      <div className="field">
        <label className="field__label" htmlFor={id}>{words.name}</label>
        <input id={id} value={text} maxLength={120} autoComplete="name" onChange={(event) => setText(event.target.value)} />
        {missing.length ? <p className="field__error" role="alert">{words.cannot_write?.replace("{letters}", missing.join(" "))}</p> : null}
      </div>
    </>
  );
}

async function post(url, way, image, agreed, extra) {
  const form = new FormData();
  form.append("method", way.method);
  form.append("image", image, "signature.png");
  form.append("strokes", JSON.stringify(way.strokes()));
  if (agreed) form.append("consent", "yes");
  for (const [key, value] of Object.entries(extra ?? {})) form.append(key, value);
  const answer = await fetch(url, { method: "POST", body: form, credentials: "same-origin", headers: { Accept: "application/json" } });
  const said = await answer.json().catch(() => ({}));
  return { ok: answer.ok, message: said.message ?? said.sentence ?? (typeof said.detail === "string" ? said.detail : "") };
}

export function OfficeSignaturePad({ postUrl, name, consent, extra, words = {}, disabled, onDone }) {
  const [way, setWay] = useState("draw");
  const [agreed, setAgreed] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const hold = useRef(null);
  const id = useId();
  const submit = async () => {
    if (consent && !agreed) return setProblem(words.need_consent);
    const image = hold.current.isEmpty() ? null : await hold.current.toPNG();
    if (!image) return setProblem(words.need_signature);
    setBusy(true);
    setProblem("");
    const { ok, message } = await post(postUrl, hold.current, image, agreed, extra).catch(() => ({ ok: false, message: words.offline }));
    setBusy(false);
    if (!ok) setProblem(message || words.failed);
    return onDone?.(ok, message);
  };
  const walk = (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    setWay(way === "draw" ? "type" : "draw");
    event.currentTarget.querySelector('[aria-selected="false"]').focus();
  };
  return (
    <div className="pad">
      <div className="tabs" role="tablist" aria-label={words.ways} onKeyDown={walk}>
        {["draw", "type"].map((key) => (
          <button key={key} type="button" role="tab" id={`${id}-${key}`} className="tabs__tab" aria-selected={way === key} tabIndex={way === key ? 0 : -1}
            aria-controls={`${id}-panel`} onClick={() => { setWay(key); setProblem(""); }}>
            <Icon name={key === "draw" ? "pen-line" : "type"} />{words[key]}
          </button>
        ))}
      </div>
      <div className="pad__panel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${way}`}>
        {way === "draw" ? <Draw words={words} hold={hold} /> : <Type words={words} name={name} hold={hold} />}
      </div>
      {consent ? (
        <label className="checkbox">
          <input type="checkbox" className="checkbox__input" checked={agreed} onChange={(event) => { setAgreed(event.target.checked); setProblem(""); }} />
          <span>{consent}</span>
        </label>
      ) : null}
      {problem ? <p className="banner banner--broken" role="alert"><Icon name="meaning-broken" /><span>{problem}</span></p> : null}
      <button type="button" className="button button--primary pad__submit" disabled={disabled || busy} aria-busy={busy} onClick={submit}>
        <Icon name="signature" /><span>{words.submit}</span>
      </button>
    </div>
  );
}
