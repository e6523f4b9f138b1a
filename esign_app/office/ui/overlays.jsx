import { Children, useEffect, useId, useRef, useState } from "react";

function Icon({ name }) {
  return <svg className="icon" aria-hidden="true" focusable="false"><use href={`/icons.svg#${name}`} /></svg>;
}

// What is filled in; the choice of how a signer is reached is made already.
const FIELD = ".dialog__body :is(input:not([type=hidden]), select, textarea):not(.signers *)";

// The native dialog gives the top layer, the focus trap and Esc; React only opens and closes it. The browser would focus the first
// button, which closes it again; who opens a form wants to fill it in.
export function Dialog({ open, title, closeLabel, onClose, children }) {
  const ref = useRef(null);
  const id = useId();
  useEffect(() => {
    const node = ref.current;
    if (open && !node.open) {
      node.showModal();
      node.querySelector(FIELD)?.focus();
    }
    if (!open && node.open) node.close();
  }, [open]);
  const outside = (event) => event.target === ref.current && onClose?.();
  return (
    <dialog ref={ref} className="dialog" aria-labelledby={id} onMouseDown={outside}
      onCancel={(event) => { event.preventDefault(); onClose?.(); }}>
      <div className="dialog__frame">
        <header className="dialog__head">
          <h2 id={id}>{title}</h2>
          <button type="button" className="icon-button" aria-label={closeLabel} data-tip={closeLabel} onClick={() => onClose?.()}>
            <Icon name="x" />
          </button>
        </header>
        {open ? children : null}
      </div>
    </dialog>
  );
}

// The first child is the inside of the button, the others are the panel.
export function Popover({ label, triggerClass, tip, children }) {
  const [open, setOpen] = useState(false);
  const root = useRef(null);
  const button = useRef(null);
  const id = useId();
  const [inside, ...panel] = Children.toArray(children);
  useEffect(() => {
    if (!open) return undefined;
    const away = (event) => { if (!root.current?.contains(event.target)) setOpen(false); };
    const keys = (event) => { if (event.key === "Escape") { setOpen(false); button.current?.focus(); } };
    document.addEventListener("pointerdown", away);
    document.addEventListener("keydown", keys);
    return () => { document.removeEventListener("pointerdown", away); document.removeEventListener("keydown", keys); };
  }, [open]);
  const left = (event) => { if (event.relatedTarget && !root.current?.contains(event.relatedTarget)) setOpen(false); };
  return (
    <div className="popover" ref={root} onBlur={left}>
      <button ref={button} type="button" className={triggerClass} aria-label={label} data-tip={tip && !open ? label : undefined}
        aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>{inside}</button>
      {open ? <div className="popover__panel" id={id}>{panel}</div> : null}
    </div>
  );
}

// Arrow keys walk, only the chosen tab is a tab stop.
export function Tabs({ label, items, active, onChange }) {
  const list = useRef(null);
  const walk = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -items.length, End: items.length }[event.key];
    if (!step) return;
    event.preventDefault();
    const now = items.findIndex((item) => item.key === active);
    const next = Math.abs(step) === 1 ? (now + step + items.length) % items.length : step < 0 ? 0 : items.length - 1;
    list.current.children[next].focus();
    onChange?.(items[next].key);
  };
  return (
    <div className="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={walk}>
      {items.map((item) => (
        <button key={item.key} type="button" role="tab" id={`tab-${item.key}`} className="tabs__tab" aria-selected={item.key === active}
          aria-controls={item.key === active ? `panel-${item.key}` : undefined} tabIndex={item.key === active ? 0 : -1}
          onClick={() => onChange?.(item.key)}>
          {item.text}
          {item.count === null || item.count === undefined ? null : <span className="count">{item.count}</span>}
        </button>
      ))}
    </div>
  );
}

export function DocumentLanguage({ locale }) {
  useEffect(() => { if (locale) document.documentElement.lang = locale; }, [locale]);
  return null;
}

// A form that really goes to the server (Reflex keeps every form of its own from doing so) and says where to come back to,
// because our pages send no referrer.
export function ServerForm({ action, className, children }) {
  const next = useRef(null);
  return (
    <form method="post" action={action} className={className} onSubmit={() => { next.current.value = location.pathname + location.search; }}>
      <input type="hidden" name="next" ref={next} />
      {children}
    </form>
  );
}

const RAIL = "esign.rail";

export function RailToggle({ label }) {
  const [narrow, setNarrow] = useState(false);
  useEffect(() => setNarrow(localStorage.getItem(RAIL) === "narrow"), []);
  useEffect(() => { document.documentElement.dataset.rail = narrow ? "narrow" : "wide"; }, [narrow]);
  const flip = () => { localStorage.setItem(RAIL, narrow ? "wide" : "narrow"); setNarrow(!narrow); };
  return (
    <button type="button" className="rail__toggle icon-button" aria-label={label} aria-pressed={narrow} onClick={flip}>
      <Icon name="panel-left" />
    </button>
  );
}
