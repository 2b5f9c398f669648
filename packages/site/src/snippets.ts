/** One call of the API in the languages that people ask from. Used where pages are made and where they are filled in. */
export interface Call {
  readonly method: 'GET' | 'POST';
  /** With parameters in braces. */
  readonly template: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly body?: string | undefined;
}

export const languages = ['curl', 'TypeScript', 'Python', 'R'] as const;
export type Language = (typeof languages)[number];

export function addressOf({ template, path, query }: Call): string {
  const filled = template.replace(/\{(\w+)\}/g, (whole, name: string) =>
    path[name] ? encodeURIComponent(path[name]) : whole,
  );
  const text = query
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value).replaceAll('%2C', ',')}`)
    .join('&');
  return text ? `${filled}?${text}` : filled;
}

const quoted = (text: string) => JSON.stringify(text);
const inShell = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
const named = (name: string) => (/^[a-z]\w*$/i.test(name) ? name : quoted(name));

export function snippet(language: Language, call: Call, base: string): string {
  const address = base + addressOf(call);
  const body = call.body === undefined ? undefined : compact(call.body);
  switch (language) {
    case 'curl':
      return body === undefined
        ? `curl "${address}"`
        : `curl "${address}" \\\n  -H 'Content-Type: application/json' \\\n  -d ${inShell(body)}`;
    case 'TypeScript':
      return typescript(call, base, body);
    case 'Python': {
      const params = call.query.map(([name, value]) => `    ${quoted(name)}: ${quoted(value)},\n`).join('');
      const plain = base + addressOf({ ...call, query: [] });
      const more = [params && `params={\n${params}}`, body !== undefined && `json=${pythonOf(body)}`].filter(
        Boolean,
      );
      return `import requests\n\nresponse = requests.${call.method.toLowerCase()}(${[quoted(plain), ...more].join(', ')})\nresponse.raise_for_status()\nprint(response.json())`;
    }
    case 'R': {
      const params = call.query.map(([name, value]) => `    ${named(name)} = ${quoted(value)}`).join(',\n');
      const plain = base + addressOf({ ...call, query: [] });
      return [
        'library(httr2)\n',
        `request(${quoted(plain)}) |>`,
        params && `  req_url_query(\n${params}\n  ) |>`,
        body !== undefined && `  req_body_raw(${inShell(body)}, type = "application/json") |>`,
        '  req_perform() |>',
        '  resp_body_json()',
      ]
        .filter(Boolean)
        .join('\n');
    }
  }
}

function compact(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body));
  } catch {
    return body;
  }
}

function pythonOf(json: string): string {
  return json.replace(
    /\b(true|false|null)\b(?=(?:[^"]*"[^"]*")*[^"]*$)/g,
    (word) => ({ true: 'True', false: 'False', null: 'None' })[word] ?? word,
  );
}

function typescript(call: Call, base: string, body: string | undefined): string {
  if (!call.template.startsWith('/api/v2/')) {
    return `const response = await fetch(${quoted(base + addressOf(call))});\nconsole.log(await response.json());`;
  }
  const fields = (pairs: Call['query']) =>
    pairs
      .map(([name, value]) => `${named(name)}: ${NUMERIC.includes(name) ? value : quoted(value)}`)
      .join(', ');
  const parts = [
    Object.keys(call.path).length > 0 &&
      `path: { ${Object.entries(call.path)
        .map(([name, value]) => `${named(name)}: ${quoted(value)}`)
        .join(', ')} }`,
    call.query.length > 0 && `query: { ${fields(call.query)} }`,
  ].filter(Boolean);
  const options = [
    parts.length > 0 && `params: { ${parts.join(', ')} }`,
    body !== undefined && `body: ${body}`,
  ].filter(Boolean);
  const more = options.length > 0 ? `, {\n    ${options.join(',\n    ')},\n  }` : '';
  return `import { createLmiClient, unwrap } from '@lmi/client';\n\nconst lmi = createLmiClient({ baseUrl: ${quoted(base)} });\nconst answer = await unwrap(\n  lmi.${call.method}(${quoted(call.template)}${more}),\n);\nconsole.log(answer);`;
}

/** Parameters that are numbers in the client's types. */
const NUMERIC: readonly string[] = ['year', 'minYear', 'maxYear', 'limit', 'offset', 'radius', 'level'];
