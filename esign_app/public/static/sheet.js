// The sheet on which one signs: draw by hand, or from the name. The pad itself is the one of the whole product.
const $ = (id) => document.getElementById(id);
let pad = null;
let typed = null;
let method = "drawn";
let finish = null;

/** Opens the dialog; `onUse({ method, blob, strokes })` is called when a signature was made, never for an empty one. */
export async function open(dialog, onUse) {
  finish = onUse;
  dialog.showModal();
  if (!dialog.dataset.listens) await listen(dialog);
  choose(method);
}

async function listen(dialog) {
  dialog.dataset.listens = "yes";
  method = "drawn";
  $("sheet-close").onclick = () => dialog.close();
  for (const way of ["drawn", "typed"]) $(`tab-${way}`).onclick = () => choose(way);
  dialog.querySelector("[role=tablist]").onkeydown = walk;
  $("use").onclick = () => use(dialog);
  $("typed-name").oninput = writeName;
  $("typed-name").onkeydown = (event) => { if (event.key === "Enter") use(dialog); };
  const [{ attachPad }, { default: SignaturePad }, { typedPNG, unwritable }] = await Promise.all([import(dialog.dataset.pad), import(dialog.dataset.lib), import(dialog.dataset.typed)]);
  typed = { typedPNG, unwritable };
  pad?.off();
  pad = attachPad(SignaturePad, $("canvas"), (isEmpty) => { $("hint").hidden = !isEmpty; complain(""); });
  $("canvas").addEventListener("pointerdown", () => { $("hint").hidden = true; });
  $("undo").onclick = () => pad.undo();
  $("clear").onclick = () => pad.clear();
}

function choose(way) {
  method = way;
  for (const each of ["drawn", "typed"]) {
    $(`tab-${each}`).setAttribute("aria-selected", String(each === way));
    $(`tab-${each}`).tabIndex = each === way ? 0 : -1;
    $(`panel-${each}`).hidden = each !== way;
  }
  complain("");
  if (way === "typed") writeName();
}

function walk(event) {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  choose(method === "drawn" ? "typed" : "drawn");
  $(`tab-${method}`).focus();
}

let written = 0;
async function writeName() {
  const turn = ++written;
  const name = $("typed-name").value.trim();
  const [blob, letters] = await Promise.all([typed.typedPNG(name), typed.unwritable(name)]);
  if (turn !== written) return; // typed on meanwhile
  const image = $("typed-ink");
  if (image.src) URL.revokeObjectURL(image.src);
  image.hidden = !blob;
  if (blob) image.src = URL.createObjectURL(blob);
  image.alt = name;
  complain(letters.length ? $("sheet").dataset.letters.replace("{letters}", letters.join(" ")) : "");
}

async function use(dialog) {
  const name = $("typed-name").value.trim();
  const blob = method === "drawn" ? await pad.toPNG() : await typed.typedPNG(name);
  if (!blob) return complain(dialog.dataset.need);
  dialog.close();
  return finish({ method, blob, strokes: method === "drawn" ? pad.strokes() : {} });
}

function complain(text) {
  $("sheet-note").hidden = !text;
  $("sheet-note").querySelector("span").textContent = text;
}
