// While a card is carried close to an edge, what lies behind it scrolls: the window sideways, the stage under it up and down.
// The library would begin as soon as the middle of the card is a quarter of the window away from an edge; on a desk the
// last stage in sight lies in there as a whole and runs away from under the card that is meant for it.
const REACH = 48;
const FASTEST = 900; // pixels in a second, and never more than one window's width
const RISE = 600; // milliseconds at an edge until full speed: whoever only passes is not carried off

export const NO_SCROLL_OF_THE_LIBRARY = { startFromPercentage: 0, maxPixelScroll: 0 };

// How hard `at` pushes against the ends of a line: -1 to 1, 0 away from both.
export function push(at, from, to) {
  const before = Math.min(1, Math.max(0, (from + REACH - at) / REACH));
  const past = Math.min(1, Math.max(0, (at - to + REACH) / REACH));
  return past - before;
}

const listAt = ({ x, y }) => document.elementFromPoint(x, y)?.closest("[data-stage]")?.querySelector(".stage__list");
const rail = () => parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--rail")) || 0;

export function edgeScroller() {
  let point = null;
  let frame = 0;
  let before = 0;
  let held = 0;
  const step = (now) => {
    const passed = Math.min(now - before, 50);
    before = now;
    frame = requestAnimationFrame(step);
    const list = point && listAt(point);
    const box = list?.getBoundingClientRect();
    const x = point ? push(point.x, rail(), innerWidth) : 0;
    const y = box ? push(point.y, box.top, box.bottom) : 0;
    held = x || y ? Math.min(held + passed, RISE) : 0;
    const most = (Math.min(FASTEST, innerWidth) * passed * held) / RISE / 1000;
    if (x) scrollBy({ left: x * most, behavior: "instant" });
    if (y) list.scrollBy({ top: y * most, behavior: "instant" });
  };
  const follow = (event) => { point = { x: event.clientX, y: event.clientY }; };
  const stop = () => {
    cancelAnimationFrame(frame);
    removeEventListener("mousemove", follow, true);
    point = null;
  };
  const start = () => {
    stop();
    held = 0;
    before = performance.now();
    addEventListener("mousemove", follow, true);
    frame = requestAnimationFrame(step);
  };
  return { start, stop, at: (touched) => { point = touched; } };
}
