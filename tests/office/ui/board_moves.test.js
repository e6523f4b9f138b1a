import { expect, test } from "bun:test";
import { arrange, fill, fold, matching } from "../../../esign_app/office/ui/board_moves.js";

const stages = [{ id: "new", name: "New", count: 2, sums: ["3 EUR"] }, { id: "offer", name: "Offer", count: 1, sums: [] }];
const card = (id, stage, rank, more) => ({ id, stage, rank, title: `Deal ${id}`, version: 1, ...more });
const snapshot = { rev: 10, stages, cards: [card("b", "new", 2), card("a", "new", 1), card("c", "offer", 1)] };
const ids = (columns) => columns.map((column) => column.cards.map((one) => one.id).join(""));
const move = (id, stage, after, index = 0) => ({ id, stage, after, index, seq: 1 });

test("cards stand in the order of their ranks", () => {
  expect(ids(arrange(fold(snapshot, []), []))).toEqual(["ab", "c"]);
});

test("an op older than the snapshot changes nothing", () => {
  expect(ids(arrange(fold(snapshot, [{ rev: 9, id: "a", stage: "offer", rank: 0 }]), []))).toEqual(["ab", "c"]);
});

test("a newer op moves a card, brings new counts and repaints only what it names", () => {
  const op = { rev: 11, id: "a", stage: "offer", rank: 5, card: { title: "Renamed", version: 2 }, stages: [{ id: "offer", count: 2, sums: ["7 EUR"] }] };
  const [first, second] = arrange(fold(snapshot, [op]), []);
  expect(second.cards.map((one) => one.title)).toEqual(["Deal c", "Renamed"]);
  expect(second.cards[1].version).toBe(2);
  expect([first.count, second.count, second.sums[0], second.name]).toEqual([2, 2, "7 EUR", "Offer"]);
});

test("folding goes on from what was folded, whose ops are no longer kept", () => {
  const first = fold(snapshot, [{ rev: 11, id: "a", stage: "offer", rank: 0 }]);
  const second = fold(first, [{ rev: 10, id: "c", stage: "new", rank: 9 }, { rev: 12, id: "b", stage: "offer", rank: 9 }]);
  expect(ids(arrange(second, []))).toEqual(["", "acb"]);
  expect(second.rev).toBe(12);
});

test("an op for a card nobody knows adds it only when it carries the card", () => {
  expect(ids(arrange(fold(snapshot, [{ rev: 11, id: "z", stage: "new", rank: 0, card: null }]), []))).toEqual(["ab", "c"]);
  expect(ids(arrange(fold(snapshot, [{ rev: 11, id: "z", stage: "new", rank: 0, card: card("z") }]), []))).toEqual(["zab", "c"]);
});

test("an op without a stage removes the card", () => {
  expect(ids(arrange(fold(snapshot, [{ rev: 11, id: "a", stage: "", rank: 0 }]), []))).toEqual(["b", "c"]);
});

test("a pending move stands behind its neighbour and counts at once", () => {
  const columns = arrange(fold(snapshot, []), [move("a", "offer", "c", 1)]);
  expect(ids(columns)).toEqual(["b", "ca"]);
  expect(columns.map((column) => column.count)).toEqual([1, 2]);
  expect(columns[1].cards[1].pending).toBe(true);
});

test("without a neighbour a pending move is first; with one that has gone it keeps its place", () => {
  expect(ids(arrange(fold(snapshot, []), [move("a", "offer", "")]))).toEqual(["b", "ac"]);
  expect(ids(arrange(fold(snapshot, []), [move("a", "offer", "gone", 1)]))).toEqual(["b", "ca"]);
});

test("two pending moves of one card end where the second says", () => {
  expect(ids(arrange(fold(snapshot, []), [move("a", "offer", "c", 1), move("a", "new", "b", 1)]))).toEqual(["ba", "c"]);
});

test("a pending move to a stage that does not exist moves nothing", () => {
  expect(ids(arrange(fold(snapshot, []), [move("a", "nowhere", "")]))).toEqual(["ab", "c"]);
});

test("the search ignores case and accents and wants every word", () => {
  const columns = [{ id: "new", cards: [card("a", "new", 1, { client: "Müller & Söhne" }), card("b", "new", 2, { client: "Mueller" })] }];
  expect(ids(matching(columns, "  MULLER deal "))).toEqual(["a"]);
  expect(ids(matching(columns, " "))).toEqual(["ab"]);
});

test("a text with a blank nobody fills keeps it visible", () => {
  expect(fill("{title} to {stage}", { title: "A" })).toBe("A to {stage}");
});
