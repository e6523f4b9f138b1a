// Touch: a long press lifts, any earlier movement is a scroll. The library's own sensor lifts after 120 ms, which takes
// a slow swipe for a drag; a swipe must never send a contract, so ours waits longer and gives up at the first slip.
const PRESS = 320;
const SLIP = 8;

function listen(listeners) {
  const options = { capture: true, passive: false };
  for (const [name, handler] of listeners) window.addEventListener(name, handler, options);
  return () => { for (const [name, handler] of listeners) window.removeEventListener(name, handler, options); };
}

const pointOf = (event) => ({ x: event.touches[0].clientX, y: event.touches[0].clientY });

function follow(preDrag, start, done) {
  let drag = null;
  let stop = () => {};
  const end = (how) => { clearTimeout(timer); stop(); if (drag) drag[how]({ shouldBlockNextClick: true }); else preDrag.abort(); done(); };
  const timer = setTimeout(() => { navigator.vibrate?.(12); drag = preDrag.fluidLift(start); }, PRESS);
  const moved = (event) => {
    const at = pointOf(event);
    if (drag) { event.preventDefault(); drag.move(at); }
    else if (Math.hypot(at.x - start.x, at.y - start.y) > SLIP) end("abort");
  };
  stop = listen([
    ["touchmove", moved],
    ["touchend", (event) => { if (drag) event.preventDefault(); end("drop"); }],
    ["touchcancel", () => end("cancel")],
    ["touchstart", () => end("cancel")],
    ["keydown", (event) => { if (event.key === "Escape") end("cancel"); }],
    ["contextmenu", (event) => event.preventDefault()],
    ["scroll", () => { if (!drag) end("abort"); }],
  ]);
  return () => end("cancel");
}

export function attachLongPress(api) {
  let release = null;
  const pressed = (event) => {
    if (event.defaultPrevented || event.touches.length !== 1 || release) return;
    const id = api.findClosestDraggableId(event);
    const preDrag = id && api.tryGetLock(id, () => release?.(), { sourceEvent: event });
    if (preDrag) release = follow(preDrag, pointOf(event), () => { release = null; });
  };
  const off = listen([["touchstart", pressed]]);
  return () => { off(); release?.(); };
}
