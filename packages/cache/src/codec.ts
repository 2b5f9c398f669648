import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';

/** Marks our values and their layout; another layout takes another number. */
const MAGIC = 0x4c4d_4901;
const HEADER_BYTES = 8;

/**
 * A value as stored: magic, CRC-32 of the rest, V8's structured clone. Structured clone and not JSON, because replies
 * carry bytes, `undefined` and -0, and what comes back must equal what went in. It keeps plain objects, arrays, Map,
 * Set, Date, bigint and typed arrays; an instance of a class comes back as a plain object.
 * @throws when the value holds something that cannot be cloned, such as a function.
 */
export function encodeValue(value: object): Buffer {
  const body = serialize(value);
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.writeUInt32BE(MAGIC, 0);
  header.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([header, body]);
}

/** The value, or undefined when the bytes are damaged, foreign, or of a newer V8 than this one can read. */
export function decodeValue(stored: Buffer): object | undefined {
  if (stored.length <= HEADER_BYTES || stored.readUInt32BE(0) !== MAGIC) return undefined;
  const body = stored.subarray(HEADER_BYTES);
  if (stored.readUInt32BE(4) !== crc32(body)) return undefined;
  try {
    const value: unknown = deserialize(body);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
