// A signature made from a name, drawn with the handwriting face of tokens.css (--font-hand and its fallbacks for other
// scripts). A letter that no font of this device has would come out as a box; then nothing is drawn and the caller is told.
const SIZE = 96;
const INK = "#14213d";
const PAD = 12;
const NOWHERE = "\u{10FFFE}"; // belongs to no script for ever, so it shows what a missing letter looks like here

/** The face as a canvas wants it; waits for the parts of it that these letters need. */
async function face(name) {
  const family = getComputedStyle(document.documentElement).getPropertyValue("--font-hand").trim() || "cursive";
  const font = `${SIZE}px ${family}`;
  await document.fonts.load(font, name).catch(() => []);
  return font;
}

function drawn(text, font, box) {
  const canvas = document.createElement("canvas");
  canvas.width = box.width;
  canvas.height = box.height;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.font = font;
  pen.fillStyle = INK;
  pen.textBaseline = "alphabetic";
  pen.direction = "inherit";
  pen.fillText(text, box.left, box.base);
  return canvas;
}

function boxOf(text, font) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = font;
  const size = pen.measureText(text);
  const left = Math.ceil(Math.abs(size.actualBoundingBoxLeft)) + PAD;
  const base = Math.ceil(size.actualBoundingBoxAscent) + PAD;
  return { left, base, width: Math.max(1, left + Math.ceil(size.actualBoundingBoxRight) + PAD), height: Math.max(1, base + Math.ceil(size.actualBoundingBoxDescent) + PAD) };
}

function pixels(letter, font) {
  return drawn(letter, font, { left: 20, base: SIZE + 20, width: SIZE * 2, height: SIZE * 2 }).toDataURL();
}

/** The letters of `name` that this device cannot write, each once. */
export async function unwritable(name) {
  const font = await face(name);
  const box = pixels(NOWHERE, font);
  const letters = new Set([...name.normalize("NFC")].filter((letter) => /[\p{L}\p{N}]/u.test(letter)));
  return [...letters].filter((letter) => pixels(letter, font) === box);
}

/** A canvas with the name in handwriting, cropped and transparent; null when the name is empty or cannot be written. */
export async function typedCanvas(name) {
  const text = name.normalize("NFC").trim().replace(/\s+/g, " ");
  if (!text || (await unwritable(text)).length) return null;
  const font = await face(text);
  return drawn(text, font, boxOf(text, font));
}

/** The same as a PNG Blob, ready to be posted; null as above. */
export async function typedPNG(name) {
  const canvas = await typedCanvas(name);
  return canvas && new Promise((done) => canvas.toBlob(done, "image/png"));
}
