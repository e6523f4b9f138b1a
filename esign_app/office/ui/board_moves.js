// What the board shows, as plain data: snapshot + newer ops + own moves not yet answered. No React in here.

// Answers the board as a newer snapshot, from which the next ops may go on: old ones need not be kept for ever.
export function fold(snapshot, ops) {
  let rev = snapshot?.rev ?? 0;
  const stages = new Map((snapshot?.stages ?? []).map((stage) => [stage.id, stage]));
  const cards = new Map((snapshot?.cards ?? []).map((card) => [card.id, card]));
  for (const op of ops ?? []) {
    if (op.rev < (snapshot?.rev ?? 0)) continue;
    rev = Math.max(rev, op.rev);
    if (op.id) applyOp(cards, op);
    for (const stage of op.stages ?? []) if (stages.has(stage.id)) stages.set(stage.id, { ...stages.get(stage.id), ...stage });
  }
  return { rev, stages: [...stages.values()], cards: [...cards.values()] };
}

// An op without a stage removes the card; without a card it only moves one that is known.
function applyOp(cards, op) {
  const known = cards.get(op.id);
  if (!op.stage) cards.delete(op.id);
  else if (op.card || known) cards.set(op.id, { ...known, ...op.card, id: op.id, stage: op.stage, rank: op.rank });
}

// Columns in the order of the ranks, pending moves placed after the neighbour the person chose.
export function arrange({ stages, cards }, pending) {
  const lists = new Map(stages.map((stage) => [stage.id, []]));
  for (const card of cards) lists.get(card.stage)?.push(card);
  for (const list of lists.values()) list.sort((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1));
  const counts = new Map(stages.map((stage) => [stage.id, stage.count ?? lists.get(stage.id).length]));
  for (const move of pending) place(lists, counts, move);
  return stages.map((stage) => ({ ...stage, count: counts.get(stage.id), cards: lists.get(stage.id) }));
}

function place(lists, counts, move) {
  const target = lists.get(move.stage);
  if (!target) return;
  for (const [stage, list] of lists) {
    const at = list.findIndex((card) => card.id === move.id);
    if (at < 0) continue;
    const [card] = list.splice(at, 1);
    target.splice(slot(target, move), 0, { ...card, stage: move.stage, pending: true });
    counts.set(stage, counts.get(stage) - 1);
    counts.set(move.stage, counts.get(move.stage) + 1);
    return;
  }
}

// The neighbour may have gone meanwhile; then the place where it was dropped is the next best answer.
function slot(list, move) {
  if (!move.after) return 0;
  const at = list.findIndex((card) => card.id === move.after);
  return at < 0 ? Math.min(move.index, list.length) : at + 1;
}

export function matching(columns, filter) {
  const wanted = plain(filter).split(/\s+/).filter(Boolean);
  if (!wanted.length) return columns;
  const fits = (card) => {
    const text = plain(`${card.title} ${card.client} ${card.responsible?.name} ${card.amount}`);
    return wanted.every((word) => text.includes(word));
  };
  return columns.map((column) => ({ ...column, cards: column.cards.filter(fits) }));
}

function plain(text) {
  return (text ?? "").normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

export function fill(template, values) {
  return (template ?? "").replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}
