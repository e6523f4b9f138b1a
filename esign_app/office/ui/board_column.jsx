import { memo, useCallback, useEffect, useRef, useState } from "react";
import { Draggable, Droppable } from "@hello-pangea/dnd";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Card, GAP, heightOf, Icon } from "./board_card.jsx";
import { fill } from "./board_moves.js";

const wishes = new EventTarget();

// The page's primary button. It stands in the top bar, outside of the board, and asks the first stage for its form.
export function NewDeal({ label }) {
  return (
    <button type="button" className="button button--primary" onClick={() => wishes.dispatchEvent(new Event("new"))}>
      <Icon name="plus" /><span className="button__label">{label}</span>
    </button>
  );
}

function useWish(isFirst, open) {
  useEffect(() => {
    if (!isFirst) return undefined;
    wishes.addEventListener("new", open);
    return () => wishes.removeEventListener("new", open);
  }, [isFirst, open]);
}

export const Column = memo(function Column({ stage, cards, words, filtered, dragging, mayAdd, isFirst, onMenu, onQuickAdd }) {
  const [adding, setAdding] = useState(false);
  const box = useRef(null);
  const open = useCallback(() => { setAdding(true); box.current.querySelector("form input")?.focus(); }, []);
  useWish(isFirst, open);
  const clone = useCallback((provided, snapshot, rubric) => {
    const card = cards[rubric.source.index];
    return card ? <Card card={card} words={words} provided={provided} snapshot={snapshot} style={provided.draggableProps.style} /> : null;
  }, [cards, words]);
  return (
    <section ref={box} className="stage" data-stage={stage.id} style={{ "--stage": stage.colour }} aria-labelledby={`stage-${stage.id}`}>
      <Head stage={stage} shown={filtered ? cards.length : null} words={words} dragging={dragging} onAdd={mayAdd ? open : null} />
      {adding ? <QuickAdd words={words} onClose={() => setAdding(false)} onAdd={(title) => onQuickAdd?.(stage.id, title)} /> : null}
      <Droppable droppableId={stage.id} mode="virtual" renderClone={clone} getContainerForClone={() => document.body}>
        {(provided, snapshot) => (
          <List stage={stage} cards={cards} words={words} filtered={filtered} provided={provided} snapshot={snapshot} onMenu={onMenu} />
        )}
      </Droppable>
    </section>
  );
});

function Head({ stage, shown, words, dragging, onAdd }) {
  const hint = dragging && stage.drop_hint;
  return (
    <header className="stage__head">
      <div className="stage__title">
        {stage.meaning === "won" || stage.meaning === "lost" ? <Icon name={stage.meaning === "won" ? "trophy" : "ban"} className="icon icon--s" /> : null}
        <h2 id={`stage-${stage.id}`}>{stage.name}</h2>
        <span className="count">{shown === null ? stage.count : `${shown}/${stage.count}`}</span>
        {stage.has_rules ? <span className="stage__bolt" role="img" aria-label={words.rules} title={words.rules}><Icon name="zap" className="icon icon--s" /></span> : null}
        {onAdd ? <button type="button" className="icon-button stage__add" aria-label={fill(words.add, { stage: stage.name })} onClick={onAdd}><Icon name="plus" /></button> : null}
      </div>
      {hint ? <p className="stage__hint"><Icon name="zap" className="icon icon--s" /><span>{stage.drop_hint}</span></p>
        : <p className="stage__sums tabular">{(stage.sums ?? []).join("  ·  ") || "\u00a0"}</p>}
    </header>
  );
}

// Closed, it gives the focus back to the button that opened it.
function QuickAdd({ words, onAdd, onClose }) {
  const input = useRef(null);
  const opener = useRef(document.activeElement);
  const close = () => { onClose(); opener.current?.focus(); };
  const submit = (event) => {
    event.preventDefault();
    const title = input.current.value.trim();
    if (!title) return close();
    onAdd(title);
    input.current.value = "";
    return input.current.focus();
  };
  return (
    <form className="stage__form" onSubmit={submit} onKeyDown={(event) => { if (event.key === "Escape") close(); }}>
      <input ref={input} className="input" aria-label={words.add_title} placeholder={words.add_title} maxLength={200} autoFocus />
      <div className="row">
        <button type="submit" className="button button--primary">{words.create}</button>
        <button type="button" className="button button--quiet" onClick={close}>{words.cancel}</button>
      </div>
    </form>
  );
}

function List({ stage, cards, words, filtered, provided, snapshot, onMenu }) {
  const box = useRef(null);
  const key = useCallback((index) => cards[index]?.id ?? "placeholder", [cards]);
  // While a foreign card hovers, the list needs room for one more than it has.
  const room = snapshot.isUsingPlaceholder ? 1 : 0;
  const rows = useVirtualizer({
    count: cards.length + room,
    getScrollElement: () => box.current,
    estimateSize: (index) => (cards[index] ? heightOf(cards[index]) : 110) + GAP,
    getItemKey: key,
    overscan: 6,
    paddingStart: 4,
    paddingEnd: 12,
  });
  const hold = useCallback((node) => { box.current = node; provided.innerRef(node); }, [provided.innerRef]);
  return (
    <div ref={hold} {...provided.droppableProps} className="stage__list" role="list" tabIndex={-1} aria-labelledby={`stage-${stage.id}`}
      data-over={snapshot.isDraggingOver || undefined}>
      {cards.length || room ? null : <p className="stage__empty" role="listitem">{filtered ? words.no_match : words.empty}</p>}
      <div className="stage__rows" role="presentation" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => (cards[row.index] ? (
          <Draggable key={row.key} draggableId={cards[row.index].id} index={row.index}>
            {(held, state) => (
              <Card card={cards[row.index]} words={words} provided={held} snapshot={state} position={row.index + 1} total={cards.length} onMenu={onMenu}
                style={{ ...held.draggableProps.style, position: "absolute", top: row.start, left: 0, right: 0, height: row.size - GAP }} />
            )}
          </Draggable>
        ) : null))}
      </div>
    </div>
  );
}
