// Draws icon.png: a stack of three resources, the middle one underlined. Run it again after a change: node scripts/icon.mjs
import { writeFileSync } from "node:fs";
import { deflateSync } from "node:zlib";

const SIZE = 256;
/** Samples in each direction of a pixel. */
const FINE = 4;

const BACKGROUND = [27, 39, 51];
const BAR = [148, 170, 190];
const FAULTY = [236, 240, 244];
const SQUIGGLE = [255, 107, 91];

/** The colour at a point of the unit square; undefined outside the icon. */
function colourAt(x, y) {
  if (!inRounded(x, y, 0, 0, 1, 1, 0.18)) {
    return undefined;
  }
  const wave = 0.602 + 0.02 * Math.sin(((x - 0.2) / 0.6) * Math.PI * 2 * 6);
  if (x > 0.2 && x < 0.8 && Math.abs(y - wave) < 0.014) {
    return SQUIGGLE;
  }
  if (inRounded(x, y, 0.2, 0.18, 0.6, 0.14, 0.035)) return BAR;
  if (inRounded(x, y, 0.2, 0.41, 0.6, 0.14, 0.035)) return FAULTY;
  if (inRounded(x, y, 0.2, 0.68, 0.6, 0.14, 0.035)) return BAR;
  return BACKGROUND;
}

function inRounded(x, y, left, top, width, height, radius) {
  const dx = Math.max(left + radius - x, x - (left + width - radius), 0);
  const dy = Math.max(top + radius - y, y - (top + height - radius), 0);
  return dx * dx + dy * dy <= radius * radius;
}

function pixel(column, row) {
  let [red, green, blue, covered] = [0, 0, 0, 0];
  for (let i = 0; i < FINE * FINE; i++) {
    const x = (column + ((i % FINE) + 0.5) / FINE) / SIZE;
    const y = (row + (Math.floor(i / FINE) + 0.5) / FINE) / SIZE;
    const colour = colourAt(x, y);
    if (colour) {
      red += colour[0];
      green += colour[1];
      blue += colour[2];
      covered++;
    }
  }
  const share = Math.max(covered, 1);
  return [red / share, green / share, blue / share, (covered * 255) / (FINE * FINE)].map(Math.round);
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
  }
  return ~crc >>> 0;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

const rows = [];
for (let row = 0; row < SIZE; row++) {
  // Every row starts with the number of its filter: none.
  rows.push(0);
  for (let column = 0; column < SIZE; column++) {
    rows.push(...pixel(column, row));
  }
}
const header = Buffer.alloc(13);
header.writeUInt32BE(SIZE, 0);
header.writeUInt32BE(SIZE, 4);
header.set([8, 6, 0, 0, 0], 8); // 8 bits, RGB with alpha

writeFileSync(
  new URL("../icon.png", import.meta.url),
  Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.from(rows), { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]),
);
