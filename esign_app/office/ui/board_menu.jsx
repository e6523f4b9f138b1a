import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { Icon } from "./board_card.jsx";
import { fill } from "./board_moves.js";

// Keeps a floating box beside its anchor and inside the window. Transparent and not hidden until then: hidden takes no focus.
export function useBeside(anchor, ref, deps) {
  const [at, setAt] = useState({ left: 0, top: 0, opacity: 0 });
  useLayoutEffect(() => {
    const fit = () => {
      const box = ref.current?.getBoundingClientRect();
      const near = anchor()?.getBoundingClientRect() ?? { left: innerWidth / 2, right: innerWidth / 2, top: 80, bottom: 80 };
      if (!box) return;
      const right = near.right + 8 + box.width < innerWidth;
      const wanted = right ? near.right + 8 : near.left - box.width - 8;
      setAt({ left: Math.max(8, Math.min(wanted, innerWidth - box.width - 8)), top: Math.max(8, Math.min(near.top, innerHeight - box.height - 8)) });
    };
    fit();
    addEventListener("scroll", fit, true);
    addEventListener("resize", fit);
    return () => { removeEventListener("scroll", fit, true); removeEventListener("resize", fit); };
  }, deps);
  return at;
}

// The move menu does what a drag does, by the same event: for keyboards, switches and shaky hands.
export function MoveMenu({ card, stages, anchor, words, onMove, onClose }) {
  const ref = useRef(null);
  const at = useBeside(() => anchor, ref, [anchor, card.id]);
  const leave = () => { onClose(); anchor?.focus(); };
  useEffect(() => {
    ref.current.querySelector('[aria-checked="true"]')?.focus();
    const away = (event) => { if (!ref.current?.contains(event.target)) onClose(); };
    document.addEventListener("pointerdown", away, true);
    return () => document.removeEventListener("pointerdown", away, true);
  }, [card.id]);
  const walk = (event) => {
    const items = [...ref.current.querySelectorAll("button")];
    const now = items.indexOf(document.activeElement);
    const next = { ArrowDown: now + 1, ArrowUp: now - 1 + items.length, Home: 0, End: items.length - 1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") { event.preventDefault(); leave(); }
    if (next === undefined) return;
    event.preventDefault();
    items[next % items.length].focus();
  };
  return (
    <div ref={ref} className="board-menu" role="menu" aria-label={fill(words.move, card)} style={at} onKeyDown={walk}>
      <p className="board-menu__title" role="presentation">{words.move_to}</p>
      {stages.map((stage) => (
        <button key={stage.id} type="button" role="menuitemradio" aria-checked={stage.id === card.stage} tabIndex={-1} className="board-menu__item"
          style={{ "--stage": stage.colour }} onClick={() => { leave(); if (stage.id !== card.stage) onMove(stage.id); }}>
          <span className="board-menu__dot" aria-hidden="true" />
          <span className="board-menu__name">{stage.name}{stage.drop_hint ? <small>{stage.drop_hint}</small> : null}</span>
          {stage.id === card.stage ? <Icon name="check" /> : stage.has_rules ? <Icon name="zap" className="icon icon--s" /> : null}
        </button>
      ))}
    </div>
  );
}
