// Touch: a long press lifts, any earlier movement is a scroll. The library's own sensor lifts after 120 ms, which takes
// a slow swipe for a drag; a swipe must never send a contract, so ours waits longer and gives up at the first slip.
const PRESS = 320;
const SLIP = 8;
const OPTIONS = { capture: true, passive: false };

function listen(target, listeners) {
  for (const [name, handler] of listeners) target.addEventListener(name, handler, OPTIONS);
  return () => { for (const [name, handler] of listeners) target.removeEventListener(name, handler, OPTIONS); };
}

const pointOf = (event) => ({ x: event.touches[0].clientX, y: event.touches[0].clientY });

// A lifted card is drawn anew elsewhere and the touched element leaves the page; its touch events go to it all the same,
// and no longer reach the window. So the fingers are followed on the element they started on.
function follow(preDrag, touched, start, onPoint, done) {
  let drag = null;
  const stops = [];
  const end = (how) => {
    clearTimeout(timer);
    stops.forEach((stop) => stop());
    if (drag) drag[how === "drop" ? "drop" : "cancel"]({ shouldBlockNextClick: true });
    else preDrag.abort();
    done();
  };
  const timer = setTimeout(() => { navigator.vibrate?.(12); drag = preDrag.fluidLift(start); }, PRESS);
  const moved = (event) => {
    const at = pointOf(event);
    if (drag) { event.preventDefault(); drag.move(at); onPoint(at); }
    else if (Math.hypot(at.x - start.x, at.y - start.y) > SLIP) end("cancel");
  };
  stops.push(
    listen(touched, [
      ["touchmove", moved],
      ["touchend", (event) => { if (drag) event.preventDefault(); end("drop"); }],
      ["touchcancel", () => end("cancel")],
    ]),
    listen(window, [
      ["touchstart", () => end("cancel")],
      ["keydown", (event) => { if (event.key === "Escape") end("cancel"); }],
      ["contextmenu", (event) => event.preventDefault()],
      ["orientationchange", () => end("cancel")],
      ["scroll", () => { if (!drag) end("cancel"); }],
    ]),
  );
  return () => end("cancel");
}

// `onPoint` is told where the finger is while it carries a card.
export function attachLongPress(api, onPoint) {
  let release = null;
  const pressed = (event) => {
    if (event.defaultPrevented || event.touches.length !== 1 || release) return;
    const id = api.findClosestDraggableId(event);
    const preDrag = id && api.tryGetLock(id, () => release?.(), { sourceEvent: event });
    if (preDrag) release = follow(preDrag, event.target, pointOf(event), onPoint, () => { release = null; });
  };
  // Safari only lets a touch be kept from scrolling when such a listener was there before the touch.
  const off = listen(window, [["touchstart", pressed], ["touchmove", () => {}]]);
  return () => { off(); release?.(); };
}
