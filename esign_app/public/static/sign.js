// The signing page works without this file. It saves reloads, keeps a signature until it has arrived, and opens the pad.
const $ = (id) => document.getElementById(id);
const idle = window.requestIdleCallback ?? ((run) => setTimeout(run, 200));
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
let busy = false;
let ink = null; // the signature to send: { method, blob, strokes, url }
let clock = 0;

document.addEventListener("submit", (event) => {
  if (!event.target.closest("#bar")) return;
  event.preventDefault();
  if (busy) return; // the second of two quick presses
  if (event.target.id === "sign-form" && !ink) openSheet();
  else act(event.target);
});

async function act(form) {
  const button = form.querySelector("button:not([type])");
  busy = true;
  button.setAttribute("aria-busy", "true");
  try {
    await show(await deliver(form.action, filled(form)));
  } finally {
    busy = false;
    button.removeAttribute("aria-busy");
  }
}

function filled(form) {
  const body = new FormData(form);
  if (form.id !== "sign-form") return body;
  body.delete("name");
  body.set("method", ink.method);
  body.set("image", ink.blob, "signature.png");
  body.set("strokes", JSON.stringify(ink.strokes));
  return body;
}

// Until it has arrived. The server does each of these things once, however often it is asked.
async function deliver(address, body) {
  for (let wait = 2000; ; wait = Math.min(wait * 2, 15000)) {
    try {
      const answer = await fetch(address, body ? { method: "POST", body, headers: { Accept: "text/html" } } : { headers: { Accept: "text/html" } });
      if ($("offline")) $("offline").hidden = true;
      return answer;
    } catch {
      if ($("offline")) $("offline").hidden = false;
      await Promise.race([pause(wait), new Promise((done) => addEventListener("online", done, { once: true }))]);
    }
  }
}

async function show(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const bar = page.getElementById("bar");
  const isSame = bar && $("bar") && page.getElementById("main").dataset.standing === $("main").dataset.standing;
  if (isSame) {
    $("bar").replaceChildren(...bar.childNodes);
    $("bar").dataset.step = bar.dataset.step;
  } else if (answer.ok || page.getElementById("main")?.dataset.standing) {
    document.title = page.title;
    document.body.className = page.body.className;
    document.body.replaceChildren(...page.body.childNodes);
    scrollTo(0, 0);
    $("main").focus({ preventScroll: true });
  } else {
    complain(page.querySelector("h1")?.textContent ?? page.title);
  }
  enhance(true);
}

function complain(text) {
  $("note")?.remove();
  const note = $("offline").cloneNode(true);
  Object.assign(note, { id: "note", hidden: false });
  note.setAttribute("role", "alert");
  note.querySelector("span").textContent = text;
  $("offline").before(note);
}

function enhance(isNew) {
  clearInterval(clock);
  const step = $("bar")?.dataset.step;
  if (step === "code") codeStep();
  if (step === "sign") signStep(isNew);
  if (isNew && step) ($("code") ?? $("bar").querySelector("input[type=checkbox]") ?? $("go")).focus({ preventScroll: true });
  if (step && step !== "start") idle(loadSheet);
  if ($("main").dataset.standing === "signed" && $("main").dataset.sealed === "no") follow();
}

function codeStep() {
  const input = $("code");
  input.addEventListener("input", () => { input.value = input.value.replace(/\D/g, "").slice(0, 6); });
  input.addEventListener("paste", (event) => {
    const digits = (event.clipboardData?.getData("text") ?? "").replace(/\D/g, "");
    if (digits.length !== 6) return;
    event.preventDefault();
    input.value = digits;
  });
  countDown($("resend"));
}

function countDown(button) {
  const words = button.textContent;
  const until = performance.now() + 1000 * Number(button.dataset.wait);
  const tick = () => {
    const left = Math.ceil((until - performance.now()) / 1000);
    button.disabled = left > 0;
    button.textContent = left > 0 ? button.dataset.waiting.replace("{seconds}", left) : words;
    if (left <= 0) clearInterval(clock);
  };
  clock = setInterval(tick, 500);
  tick();
}

function signStep(isNew) {
  $("by-name").hidden = true;
  $("name").disabled = true;
  $("again").addEventListener("click", openSheet);
  const place = $("place");
  place?.classList.add("place--ready");
  if (place && !place.dataset.listens) place.addEventListener("click", openSheet);
  if (place) place.dataset.listens = "yes";
  showInk();
  if (isNew) toPlace();
}

// Where the signature goes, in what the bar leaves free of the screen.
function toPlace() {
  document.querySelector(".place__box")?.scrollIntoView({ block: "center", behavior: "smooth" });
}

function showInk() {
  $("go").textContent = ink ? $("go").dataset.finish : $("go").dataset.open;
  $("preview").hidden = !ink;
  if (!ink) return;
  $("preview-ink").src = ink.url;
  $("place-ink")?.setAttribute("href", ink.url);
  $("place")?.classList.add("place--signed");
}

const loadSheet = () => import("./sheet.js");

async function openSheet() {
  const { open } = await loadSheet();
  open($("sheet"), (made) => {
    if (ink) URL.revokeObjectURL(ink.url);
    ink = { ...made, url: URL.createObjectURL(made.blob) };
    $("note")?.remove();
    showInk();
    $("go").focus({ preventScroll: true });
    toPlace();
  });
}

// Signed, and waiting for the others and the seal: look again, less and less often.
async function follow() {
  const { state } = $("main").dataset;
  for (let wait = 1500; $("main").dataset.state === state; wait = Math.min(wait * 1.25, 30000)) {
    await pause(wait);
    const now = await fetch(state, { headers: { Accept: "application/json" } }).then((answer) => answer.json()).catch(() => null);
    if (now && now.standing !== "signed") return show(await deliver(location.pathname + location.search));
  }
}

// Pictures come small, so that the first is there soon; then all are as sharp as the screen.
function sharpen() {
  const first = $("first");
  const full = () => idle(() => {
    document.fonts.load("17px Inter").finally(() => document.documentElement.classList.add("settled"));
    for (const image of document.querySelectorAll(".sheet-of-paper img")) image.sizes = "(max-width: 1023px) 100vw, 860px";
  });
  if (first?.complete) full();
  else first?.addEventListener("load", full, { once: true });
}

document.addEventListener("click", (event) => { if (!event.target.closest(".more")) for (const menu of document.querySelectorAll(".more[open]")) menu.open = false; });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") for (const menu of document.querySelectorAll(".more[open]")) { menu.open = false; menu.querySelector("summary").focus(); } });
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
const here = new URL(location.href);
if (here.searchParams.has("m")) { here.searchParams.delete("m"); history.replaceState(null, "", here); } // said once
sharpen();
enhance(false);
