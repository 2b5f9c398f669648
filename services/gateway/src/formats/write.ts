import { bytesOf, joined, type Bytes } from '../http/answer';
import { mediaTypes, type Format } from '../http/format';
import { csvOf } from './csv';
import { jsonStatOf } from './json-stat';

const contentTypes: Readonly<Record<Format, string>> = {
  json: `${mediaTypes.json}; charset=utf-8`,
  csv: `${mediaTypes.csv}; charset=utf-8; header=present`,
  jsonstat: mediaTypes.jsonstat,
};

/** Formats of an answer without figures. */
export const plainFormats: readonly string[] = [mediaTypes.json, mediaTypes.csv];

/**
 * The bytes of an answer of v2.
 * @param bytes of its JSON, where they are at hand in place of the body.
 * @returns undefined when the answer has no figures and the format holds nothing else.
 */
export function written(
  format: Format,
  { body, bytes }: { readonly body: unknown; readonly bytes?: Bytes | undefined },
  label: string,
): { readonly bytes: Bytes; readonly contentType: string } | undefined {
  const contentType = contentTypes[format];
  if (format === 'json') return { bytes: bytes ?? bytesOf(JSON.stringify(body)), contentType };
  const value: unknown = bytes ? JSON.parse(Buffer.from(joined(bytes), 'latin1').toString('utf8')) : body;
  const text = format === 'csv' ? csvOf(value) : jsonStatOf(value, label);
  return text === undefined ? undefined : { bytes: bytesOf(text), contentType };
}
