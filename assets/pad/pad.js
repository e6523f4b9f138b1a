// ONE pad for the office and the public pages. The SignaturePad class is an argument, so neither side needs an import map.
//
// What was drawn is kept in the coordinates of the canvas as it was at the first stroke ("home"). Turning a phone, zooming
// or moving to a denser screen only draws the same strokes again at another scale, so turning back gives the same picture.
const INK = "#14213d";
// No throttle: it would swallow the last millimetres of a quick stroke.
const PEN = { penColor: INK, minWidth: 0.8, maxWidth: 2.8, throttle: 0 };
const TOO_LITTLE = 24; // CSS pixels of line: less is a slip of the finger, not a signature
const MARGIN = 6;
const EXPORT = { width: 1200, height: 600, zoom: 3 };

/** Attaches to `canvas`; `onChange(isEmpty)` follows each stroke, undo and clear. See the returned functions. */
export function attachPad(SignaturePad, canvas, onChange) {
  const pad = new SignaturePad(canvas, PEN);
  let strokes = [];
  let home = null;
  let shown = null;
  let drawing = false;

  const tell = () => onChange?.(isEmpty());
  const isEmpty = () => lengthOf(strokes) < TOO_LITTLE;

  function redraw() {
    shown.scale = scaleFor(shown, home, strokes);
    pad.clear();
    if (strokes.length) pad.fromData(strokes.map((stroke) => scaled(finished(stroke), shown.scale)), { clear: false });
  }

  function fit() {
    const now = { width: canvas.clientWidth, height: canvas.clientHeight, ratio: Math.max(devicePixelRatio || 1, 1) };
    if (drawing || !now.width || !now.height) return;
    if (shown && shown.width === now.width && shown.height === now.height && shown.ratio === now.ratio) return;
    home = strokes.length && home ? home : now;
    shown = now;
    canvas.width = Math.round(now.width * now.ratio);
    canvas.height = Math.round(now.height * now.ratio);
    canvas.getContext("2d").setTransform(now.ratio, 0, 0, now.ratio, 0, 0);
    redraw();
  }

  function begun() { drawing = true; }

  function ended() {
    drawing = false;
    const data = pad.toData();
    if (data.length > strokes.length) strokes = [...strokes, { ...scaled(data[data.length - 1], 1 / shown.scale), drawnAt: shown.scale }];
    redraw();
    fit();
    tell();
  }

  const observer = new ResizeObserver(fit);
  observer.observe(canvas);
  addEventListener("resize", fit);
  pad.addEventListener("beginStroke", begun);
  pad.addEventListener("endStroke", ended);
  fit();

  return {
    isEmpty,
    undo() { strokes = strokes.slice(0, -1); if (shown) redraw(); tell(); },
    clear() { strokes = []; if (shown) { home = shown; redraw(); } tell(); },
    /** The evidence: groups of points {x, y, pressure, time} as the hand made them, and the size they belong to. */
    strokes: () => ({ width: home?.width ?? 0, height: home?.height ?? 0, groups: strokes.map(timed) }),
    /** A transparent PNG, cropped to the ink and sharp enough for paper; resolves to a Blob, or null when empty. */
    toPNG: () => (isEmpty() ? Promise.resolve(null) : picture(SignaturePad, strokes)),
    off() { observer.disconnect(); removeEventListener("resize", fit); pad.off(); },
  };
}

// Widths and times scale too: the pen's speed decides how thick a line is, so an untouched clock would change the picture.
function scaled(stroke, k, dx = 0, dy = 0) {
  return {
    ...stroke,
    minWidth: (stroke.minWidth ?? PEN.minWidth) * k,
    maxWidth: (stroke.maxWidth ?? PEN.maxWidth) * k,
    dotSize: (stroke.dotSize || 0) * k,
    points: stroke.points.map((point) => ({ ...point, x: (point.x + dx) * k, y: (point.y + dy) * k, time: point.time * k })),
  };
}

// The library draws a curve up to the last point but one. One more point beyond the end, in the hand's direction and at its
// speed, makes it draw to where the finger left. It is for the picture only and never part of the evidence.
function finished(stroke) {
  const [before, last] = stroke.points.slice(-2);
  if (!last) return stroke;
  const on = (key) => last[key] + (last[key] - before[key]) / 2;
  return { ...stroke, points: [...stroke.points, { ...last, x: on("x"), y: on("y"), time: on("time") }] };
}

// Back to the true clock of the hand.
const timed = (stroke) => stroke.points.map((point) => ({ ...point, time: Math.round(point.time * stroke.drawnAt) }));

// Small enough for the canvas of old AND for whatever was drawn beyond it on a wider screen.
function scaleFor(now, home, strokes) {
  if (!strokes.length) return 1;
  const box = boxOf(strokes);
  return Math.min(now.width / Math.max(home.width, box.right), now.height / Math.max(home.height, box.bottom));
}

function boxOf(strokes) {
  const points = strokes.flatMap((stroke) => stroke.points);
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  return { left: Math.min(...xs) - MARGIN, top: Math.min(...ys) - MARGIN, right: Math.max(...xs) + MARGIN, bottom: Math.max(...ys) + MARGIN };
}

function lengthOf(strokes) {
  let sum = 0;
  for (const { points } of strokes) for (let i = 1; i < points.length; i++) sum += Math.hypot(points[i].x - points[i - 1].x, points[i].y - points[i - 1].y);
  return sum;
}

function picture(SignaturePad, strokes) {
  const box = boxOf(strokes);
  const width = box.right - box.left;
  const height = box.bottom - box.top;
  const k = Math.min(EXPORT.width / width, EXPORT.height / height, EXPORT.zoom);
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width * k);
  canvas.height = Math.ceil(height * k);
  const pad = new SignaturePad(canvas, PEN);
  pad.fromData(strokes.map((stroke) => scaled(finished(stroke), k, -box.left, -box.top)));
  pad.off();
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
