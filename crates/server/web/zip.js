// A zip archive of a few text files, stored as they are (PKWARE's APPNOTE 6.3, sections 4.3.7 to 4.3.16).

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = TABLE[(value ^ byte) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

/** Numbers of 2 or 4 bytes, lowest byte first. */
const numbers = (...pairs) => pairs.flatMap(([size, value]) => Array.from({ length: size }, (_, index) => (value >>> (8 * index)) & 255));

/** The archive of these files, each a name and a text. */
export function zip(files) {
  const encoder = new TextEncoder();
  const now = new Date();
  const time = (now.getHours() << 11) | (now.getMinutes() << 5) | (now.getSeconds() >> 1);
  const date = ((now.getFullYear() - 1980) << 9) | ((now.getMonth() + 1) << 5) | now.getDate();
  const parts = [];
  const list = [];
  let offset = 0;
  for (const [name, text] of files) {
    const [title, bytes] = [encoder.encode(name), encoder.encode(text)];
    // Version 2.0, names in UTF-8, stored.
    const about = numbers([2, 20], [2, 0x800], [2, 0], [2, time], [2, date], [4, crc32(bytes)], [4, bytes.length], [4, bytes.length], [2, title.length], [2, 0]);
    parts.push(numbers([4, 0x04034b50]), about, title, bytes);
    list.push([...numbers([4, 0x02014b50], [2, 20]), ...about, ...numbers([2, 0], [2, 0], [2, 0], [4, 0], [4, offset]), ...title]);
    offset += 4 + about.length + title.length + bytes.length;
  }
  const size = list.reduce((sum, entry) => sum + entry.length, 0);
  const end = numbers([4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, size], [4, offset], [2, 0]);
  return Uint8Array.from([...parts, ...list, end].flatMap((part) => [...part]));
}
