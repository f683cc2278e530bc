// A ZIP archive with its files as they are, not compressed: some kilobytes of certificates need no more.

export interface ArchiveFile {
  name: string;
  text: string;
}

/** Made by a Unix, so that unpacking keeps the modes below. */
const MADE_BY = (3 << 8) | 20;
const NEEDS_VERSION = 20;
/** Names are UTF-8. */
const FLAGS = 0x0800;
/** A plain file that its owner alone may read: keys are among them. */
const MODE = 0o100600;

export function zip(files: ArchiveFile[], at: Date = new Date()): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const file of files) {
    const name = encoder.encode(file.name);
    const data = encoder.encode(file.text);
    const common = { name, crc: crc32(data), bytes: data.length, at };
    const head = localHeader(common);
    parts.push(head, data);
    directory.push(directoryEntry(common, offset));
    offset += head.length + data.length;
  }
  const directoryBytes = directory.reduce((sum, entry) => sum + entry.length, 0);
  return joined([...parts, ...directory, end(files.length, directoryBytes, offset)]);
}

interface Entry {
  name: Uint8Array;
  crc: number;
  bytes: number;
  at: Date;
}

function localHeader(entry: Entry): Uint8Array {
  return fields([[4, 0x04034b50], ...commonFields(entry)], entry.name);
}

function directoryEntry(entry: Entry, offset: number): Uint8Array {
  const first: Field[] = [[4, 0x02014b50], [2, MADE_BY], ...commonFields(entry)];
  // No comment, one disk, no attributes inside; the mode stands in the upper half of those outside.
  const rest: Field[] = [[2, 0], [2, 0], [2, 0], [4, (MODE << 16) >>> 0], [4, offset]];
  return fields([...first, ...rest], entry.name);
}

function commonFields({ name, crc, bytes, at }: Entry): Field[] {
  const { time, day } = dosTime(at);
  return [
    [2, NEEDS_VERSION],
    [2, FLAGS],
    [2, 0],
    [2, time],
    [2, day],
    [4, crc],
    [4, bytes],
    [4, bytes],
    [2, name.length],
    [2, 0],
  ];
}

function end(count: number, directoryBytes: number, offset: number): Uint8Array {
  return fields([[4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, directoryBytes], [4, offset], [2, 0]]);
}

type Field = [bytes: 2 | 4, value: number];

function fields(of: Field[], tail: Uint8Array = new Uint8Array()): Uint8Array {
  const length = of.reduce((sum, [bytes]) => sum + bytes, 0);
  const view = new DataView(new ArrayBuffer(length));
  let place = 0;
  for (const [bytes, value] of of) {
    if (bytes === 2) view.setUint16(place, value, true);
    else view.setUint32(place, value, true);
    place += bytes;
  }
  return joined([new Uint8Array(view.buffer), tail]);
}

function joined(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

/** The format counts years from 1980 and seconds by two. */
function dosTime(at: Date): { time: number; day: number } {
  const time = (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1);
  const day = ((at.getFullYear() - 1980) << 9) | ((at.getMonth() + 1) << 5) | at.getDate();
  return { time, day };
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc >>> 0;
});

export function crc32(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}
