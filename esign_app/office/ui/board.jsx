import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { DragDropContext, useKeyboardSensor, useMouseSensor } from "@hello-pangea/dnd";
import { Column, NewDeal } from "./board_column.jsx";
import { MoveMenu } from "./board_menu.jsx";
import { edgeScroller, NO_SCROLL_OF_THE_LIBRARY } from "./board_edges.js";
import { arrange, fill, fold, matching } from "./board_moves.js";
import { Preview } from "./board_preview.jsx";
import { StageStrip, useNoZoomOut } from "./board_stages.jsx";
import { attachLongPress } from "./board_touch.js";

const PATIENCE = 20000;
const MARGIN = 24;
const NONE = [];
const edges = edgeScroller();

export { NewDeal };

function useLongPressSensor(api) {
  useEffect(() => attachLongPress(api, edges.at), [api]);
}

const SENSORS = [useMouseSensor, useKeyboardSensor, useLongPressSensor];

// Own moves that the server has not answered. A lower `acked` than before means a new server session: its snapshot is the truth.
function usePending(acked, waitingSeq, onLost) {
  const [pending, setPending] = useState(NONE);
  const seq = useRef(acked);
  const last = useRef(acked);
  useEffect(() => {
    const restarted = acked < last.current;
    last.current = acked;
    seq.current = Math.max(seq.current, acked);
    setPending((all) => (restarted ? NONE : all.some((move) => move.seq <= acked) ? all.filter((move) => move.seq > acked) : all));
  }, [acked]);
  useEffect(() => {
    const oldest = pending.find((move) => move.seq !== waitingSeq);
    if (!oldest) return undefined;
    const timer = setTimeout(() => { setPending((all) => all.filter((move) => move.seq !== oldest.seq)); onLost(oldest); }, PATIENCE);
    return () => clearTimeout(timer);
  }, [pending, waitingSeq, onLost]);
  const add = useCallback((move) => {
    const numbered = { ...move, seq: ++seq.current };
    setPending((all) => [...all, numbered]);
    return numbered.seq;
  }, []);
  const drop = useCallback((gone) => setPending((all) => all.filter((move) => move.seq !== gone)), []);
  return [useMemo(() => pending.filter((move) => move.seq > acked), [pending, acked]), add, drop];
}

function announcers(columns, words, say) {
  const stageOf = (id) => columns.find((column) => column.id === id);
  const titleOf = (id) => columns.flatMap((column) => column.cards).find((card) => card.id === id)?.title ?? "";
  const tell = (word, result, at, more = 0) => {
    const stage = stageOf(at.droppableId);
    const hint = stage?.has_rules && at.droppableId !== result.source.droppableId ? ` ${stage.drop_hint ?? ""}` : "";
    return fill(words[word], { title: titleOf(result.draggableId), stage: stage?.name, n: at.index + 1, total: (stage?.cards.length ?? 0) + more }) + hint;
  };
  return {
    start: (start, { announce }) => announce(tell("lifted", start, start.source)),
    update: (update, { announce }) => announce(update.destination
      ? tell("over", update, update.destination, update.destination.droppableId === update.source.droppableId ? 0 : 1)
      : fill(words.nowhere, { title: titleOf(update.draggableId) })),
    end: (result, { announce }) => announce(result.destination && result.reason === "DROP"
      ? tell("dropped", result, result.destination) : fill(words.put_back, { title: titleOf(result.draggableId) })),
    lost: (move) => say(fill(words.no_answer, { title: titleOf(move.id) })),
    moved: (id, stage) => say(fill(words.dropped, { title: titleOf(id), stage: stageOf(stage)?.name, n: 1 })),
  };
}

// A card that is lifted by keyboard can only go to a stage whose cards are wholly in sight: bring the neighbours there.
function reveal(stageId) {
  const stage = document.querySelector(`[data-stage="${CSS.escape(stageId)}"]`);
  if (!stage) return;
  const box = stage.getBoundingClientRect();
  const rail = parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--rail")) || 0;
  const past = box.right + box.width + MARGIN - innerWidth;
  const before = box.left - box.width - MARGIN - rail;
  if (past > 0) scrollBy({ left: past, behavior: "instant" });
  else if (before < 0) scrollBy({ left: before, behavior: "instant" });
}

// A card that moves is drawn anew and loses the focus; whoever moved it by keyboard gets it back, wherever the card is now.
function useFocusKeeper(changes) {
  const kept = useRef("");
  useEffect(() => {
    const forget = () => { kept.current = ""; };
    document.addEventListener("pointerdown", forget);
    return () => document.removeEventListener("pointerdown", forget);
  }, []);
  useEffect(() => {
    const link = kept.current && document.querySelector(`[data-card="${CSS.escape(kept.current)}"] .deal__link`);
    if (link && (document.activeElement === document.body || !document.activeElement)) link.focus();
  }, changes);
  return useCallback((id) => { kept.current = id ?? ""; }, []);
}

// The server keeps only the newest ops, so each look goes on from the last one until a new snapshot comes.
function useFolded(snapshot, ops) {
  const held = useRef({});
  return useMemo(() => {
    const base = fold(held.current.snapshot === snapshot ? held.current.base : snapshot, ops);
    held.current = { snapshot, base };
    return base;
  }, [snapshot, ops]);
}

export function Board({ snapshot, ops, acked = 0, preview, words, filter, mayAdd, onMove, onQuickAdd, onConfirm, onCancel }) {
  const [said, say] = useState("");
  const [dragging, setDragging] = useState(false);
  const [menu, setMenu] = useState(null);
  const speak = useRef({});
  const base = useFolded(snapshot, ops);
  const waitingSeq = preview?.seq;
  const [pending, add, drop] = usePending(acked, waitingSeq, useCallback((move) => speak.current.lost(move), []));
  const all = useMemo(() => arrange(base, pending), [base, pending]);
  const filtered = Boolean(filter?.trim());
  const columns = useMemo(() => matching(all, filter), [all, filter]);
  speak.current = announcers(columns, words, say);
  useNoZoomOut();
  useEffect(() => { document.documentElement.toggleAttribute("data-dragging", dragging); }, [dragging]);

  const move = (id, stage, after, index) => {
    const card = base.cards.find((known) => known.id === id);
    if (!card) return;
    // Each own move that is still on its way will have raised the version by one when this one arrives.
    const seen = (card.version ?? 0) + pending.filter((one) => one.id === id).length;
    onMove?.(id, stage, after, seen, add({ id, stage, after, index }));
  };
  const lifted = (start, provided) => { setDragging(true); setMenu(null); speak.current.start(start, provided); if (start.mode === "SNAP") reveal(start.source.droppableId); else edges.start(); };
  const over = (update, provided) => { speak.current.update(update, provided); if (update.mode === "SNAP" && update.destination) reveal(update.destination.droppableId); };
  const dropped = (result, provided) => {
    setDragging(false);
    edges.stop();
    speak.current.end(result, provided);
    const { source, destination: to, draggableId: id, reason } = result;
    if (result.mode === "SNAP") keepFocus(id);
    if (!to || reason !== "DROP" || (to.droppableId === source.droppableId && to.index === source.index)) return;
    const others = columns.find((column) => column.id === to.droppableId).cards.filter((card) => card.id !== id);
    move(id, to.droppableId, to.index > 0 ? others[to.index - 1].id : "", to.index);
  };
  const cancel = (seq) => {
    keepFocus(preview?.card_id);
    drop(seq);
    onCancel?.(seq);
  };
  const keepFocus = useFocusKeeper([columns, preview]);
  const openMenu = useCallback((id, anchor) => setMenu({ id, anchor }), []);
  const chosen = menu && all.flatMap((column) => column.cards).find((card) => card.id === menu.id);
  return (
    <div className="board" role="region" aria-label={words.board}>
      <StageStrip stages={all} words={words} />
      <DragDropContext enableDefaultSensors={false} sensors={SENSORS} dragHandleUsageInstructions={words.instructions}
        autoScrollerOptions={NO_SCROLL_OF_THE_LIBRARY}
        onDragStart={lifted} onDragUpdate={over} onDragEnd={dropped}>
        <div className="board__stages">
          {columns.map(({ cards, ...stage }, index) => (
            <Column key={stage.id} stage={stage} cards={cards} words={words} filtered={filtered} dragging={dragging} mayAdd={mayAdd} isFirst={index === 0} onMenu={openMenu} onQuickAdd={onQuickAdd} />
          ))}
        </div>
      </DragDropContext>
      {chosen ? <MoveMenu card={chosen} stages={all} anchor={menu.anchor} words={words} onClose={() => setMenu(null)}
        onMove={(stage) => { keepFocus(chosen.id); move(chosen.id, stage, "", 0); speak.current.moved(chosen.id, stage); }} /> : null}
      {preview?.seq ? <Preview preview={preview} words={words} onConfirm={onConfirm} onCancel={cancel} /> : null}
      <p className="sr-only" role="status" aria-live="assertive">{said}</p>
    </div>
  );
}
