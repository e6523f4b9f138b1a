// Dropping a file, and words instead of a wait. Without this the form does the same.
import "./once.js";
const form = document.getElementById("drop");
const input = document.getElementById("file");
const note = document.getElementById("drop-note");
const button = form.querySelector(".go");
form.classList.add("drop--script");

input.addEventListener("change", chosen);
for (const kind of ["dragenter", "dragover"]) form.addEventListener(kind, () => form.classList.add("drop--over"));
for (const kind of ["dragleave", "drop"]) form.addEventListener(kind, () => form.classList.remove("drop--over"));
form.addEventListener("submit", () => { button.textContent = button.dataset.busy; });

function chosen() {
  const [file] = input.files;
  const isLarge = file && file.size > Number(form.dataset.limit) * 1024 * 1024;
  note.hidden = !isLarge;
  note.querySelector("span").textContent = isLarge ? form.dataset.large : "";
  document.getElementById("drop-name").textContent = file ? file.name : "";
  button.disabled = Boolean(isLarge);
  if (file && !isLarge) form.requestSubmit(button);
}

document.getElementById("verdict")?.focus({ preventScroll: true });
