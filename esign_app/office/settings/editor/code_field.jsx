import { useEffect, useRef, useState } from "react";

const count = (text) => (text.match(/\n/g)?.length ?? 0) + 1;
const ROW = 20;

// Anything on the page with data-insert puts its text at the cursor, with data-line goes to that line. Tab leaves the field
// as it leaves any other: who types with the keyboard alone must be able to get out.
export function CodeField({ name, text, label, line, saved, readOnly, most, tooLong, onText }) {
  const area = useRef(null);
  const gutter = useRef(null);
  const timer = useRef(0);
  const kept = useRef(text);
  const [lines, setLines] = useState(count(text));

  const changed = () => {
    const value = area.current.value;
    setLines(count(value));
    clearTimeout(timer.current);
    // A message that is too large would cost the connection; the browser's own check says it and keeps the form back.
    area.current.setCustomValidity(value.length > most ? tooLong : "");
    if (value.length > most) area.current.reportValidity();
    else timer.current = setTimeout(() => onText?.(value), 500);
  };

  useEffect(() => {
    kept.current = area.current.value;
  }, [saved]);

  useEffect(() => {
    const leaving = (event) => { if (area.current.value !== kept.current) event.preventDefault(); };
    const clicked = (event) => {
      const button = event.target.closest?.("[data-insert], [data-line]");
      if (!button) return;
      if (button.dataset.line) goTo(area.current, Number(button.dataset.line));
      else if (!readOnly) insert(area.current, button.dataset.insert);
    };
    window.addEventListener("beforeunload", leaving);
    document.addEventListener("click", clicked);
    return () => {
      window.removeEventListener("beforeunload", leaving);
      document.removeEventListener("click", clicked);
      clearTimeout(timer.current);
    };
  }, [readOnly]);

  const keys = (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      area.current.form?.requestSubmit();
    }
  };

  return (
    <div className="code">
      <div className="code__gutter" ref={gutter} aria-hidden="true">
        <pre>{Array.from({ length: lines }, (_, index) => index + 1).join("\n")}</pre>
        {line > 0 ? <span className="code__bad" style={{ top: `${8 + (line - 1) * ROW}px` }}>{line}</span> : null}
      </div>
      <textarea ref={area} className="code__text" name={name} defaultValue={text} aria-label={label} readOnly={readOnly} wrap="off"
        spellCheck={false} autoCapitalize="off" autoCorrect="off" aria-invalid={line > 0} aria-describedby="preview-problem"
        onChange={changed} onKeyDown={keys} onScroll={() => { gutter.current.scrollTop = area.current.scrollTop; }} />
    </div>
  );
}

// execCommand is the one way that keeps the browser's own undo.
function insert(area, text) {
  area.focus();
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function goTo(area, line) {
  const before = area.value.split("\n").slice(0, line - 1).join("\n");
  const start = before.length + (line > 1 ? 1 : 0);
  const end = area.value.indexOf("\n", start);
  area.focus();
  area.setSelectionRange(start, end < 0 ? area.value.length : end);
  area.scrollTop = Math.max(0, (line - 4) * ROW);
  area.scrollLeft = 0;
}
