// Pictures with 256 colours, which is what pages need, and half the bytes.

import { crc32, deflateSync } from "node:zlib";

// `page` is any: a browser reads pictures.
export async function withPalette(page, png) {
  const { width, height, colours, indices } = await page.evaluate(reduced, png.toString("base64"));
  const pixels = Buffer.from(indices, "base64");
  const rows = [];
  // Each row begins with the number of its filter: none.
  for (let y = 0; y < height; y += 1) rows.push(Buffer.of(0), pixels.subarray(y * width, (y + 1) * width));
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Eight bits to a pixel, by a palette.
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", head),
    chunk("PLTE", Buffer.from(colours.flat())),
    chunk("IDAT", deflateSync(Buffer.concat(rows), { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(name, data) {
  const named = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

// In the browser. The commonest colours stay as they are; each other becomes the one that is nearest.
async function reduced(base64) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const { width, height } = image;
  const canvas = new OffscreenCanvas(width, height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const { data } = canvas.getImageData(0, 0, width, height);
  const keyAt = (at) => (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
  const counts = new Map();
  for (let at = 0; at < data.length; at += 4) counts.set(keyAt(at), (counts.get(keyAt(at)) ?? 0) + 1);
  const common = [...counts].sort((one, other) => other[1] - one[1]).slice(0, 256);
  const colours = common.map(([key]) => [key >> 16, (key >> 8) & 255, key & 255]);
  const places = new Map(common.map(([key], place) => [key, place]));
  const distance = ([r, g, b], key) => (r - (key >> 16)) ** 2 + (g - ((key >> 8) & 255)) ** 2 + (b - (key & 255)) ** 2;
  const nearest = (key) => {
    let best = 0;
    colours.forEach((colour, place) => {
      if (distance(colour, key) < distance(colours[best], key)) best = place;
    });
    return best;
  };
  let indices = "";
  for (let at = 0; at < data.length; at += 4) {
    const key = keyAt(at);
    if (!places.has(key)) places.set(key, nearest(key));
    indices += String.fromCharCode(places.get(key));
  }
  return { width, height, colours, indices: btoa(indices) };
}
