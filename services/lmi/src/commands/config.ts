import { configSchema } from '@lmi/kit';
import { print } from './session';

/** The table of docs/configuration.md. */
export function configTable(): string {
  const rows = Object.entries(configSchema.shape).map(([name, schema]) => {
    const fallback = schema.parse(undefined);
    return `| \`${name}\` | ${fallback === '' ? '(empty)' : `\`${String(fallback)}\``} | ${schema.description ?? ''} |`;
  });
  return ['| setting | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

export async function configCommand(): Promise<void> {
  print(configTable());
}
