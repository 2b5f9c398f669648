import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const names = ['careerometer', 'skillsometer'] as const;
export type WidgetName = (typeof names)[number];

/** The script of a widget. */
export interface WidgetFile {
  readonly bytes: Buffer;
  /** For the `integrity` of a script element; it belongs to `lastingPath`. */
  readonly integrity: string;
  /** Always the present script. */
  readonly path: string;
  /** Names the content: it may be kept for ever, and pinned by `integrity`. */
  readonly lastingPath: string;
}

const files = new Map<WidgetName, WidgetFile>();

/** The script as scripts/bundle.mjs wrote it. @throws Error when it was not bundled. */
export function widgetFile(name: WidgetName): WidgetFile {
  const known = files.get(name);
  if (known) return known;
  const bytes = readFileSync(path.resolve(__dirname, '../dist/browser', `${name}.js`));
  const digest = createHash('sha384').update(bytes);
  const integrity = `sha384-${digest.copy().digest('base64')}`;
  const lastingPath = `/${name}.${digest.digest('hex').slice(0, 10)}.js`;
  const file = { bytes, integrity, path: `/${name}.js`, lastingPath };
  files.set(name, file);
  return file;
}

/**
 * The widget whose script is asked for. The name of another build leads to the present script too, which a page that pinned
 * the old one by `integrity` refuses and shows its link.
 */
export function widgetOfPath(asked: string): { name: WidgetName; lasting: boolean } | undefined {
  const [, name] = /^\/(\w+)(?:\.[\da-f]{10})?\.js$/.exec(asked) ?? [];
  const found = names.find((one) => one === name);
  return found && { name: found, lasting: asked === widgetFile(found).lastingPath };
}
