import { problemKinds, type ProblemKind } from './http/problem';

const STYLE = `
:root{color-scheme:light dark}
body{font:1.05rem/1.6 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}
code{font-family:ui-monospace,monospace;font-size:.95em;overflow-wrap:anywhere}
input,button{font:inherit;padding:.4rem .6rem}
a:focus,input:focus,button:focus{outline:3px solid;outline-offset:2px}
dt{font-weight:600;margin-top:.8rem}
`;

function page(title: string, main: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`;
}

function call(path: string): string {
  const text = path.replaceAll('&', '&amp;');
  return `<a href="${text}"><code>${text}</code></a>`;
}

export function homePage(): string {
  return page(
    'LMI for All',
    `<h1>LMI for All</h1>
<p>What does a job pay, how many people do it, and will there be more or fewer of them? This service answers
such questions about occupations in the United Kingdom, from official statistics, as open data for careers
sites and apps. No key is needed.</p>
<h2>Try it</h2>
<form action="/api/v2/occupations" method="get">
<label for="q">Job title</label>
<input id="q" name="q" type="search" value="plumber" required>
<button type="submit">Find occupations</button>
</form>
<dl>
<dt>Everything about one occupation</dt>
<dd>${call('/api/v2/occupations/2134/profile')}</dd>
<dt>Its pay in London</dt>
<dd>${call('/api/v2/pay?occupation=2134&area=E12000007')}</dd>
<dt>The same question in the words of the original API</dt>
<dd>${call('/api/v1/ashe/estimatePay?soc=2136&filters=region:1')}</dd>
</dl>
<h2>For developers</h2>
<ul>
<li>${call('/api/v2/openapi.json')}: both versions of the API, described in OpenAPI 3.1</li>
<li>${call('/api/v2/datasets')}: the datasets, with licences and the attribution to show</li>
<li><code>/api/v1</code>: the original contract, for programs written for it; they need a new host name only</li>
</ul>
<p>Every figure in version 2 says where it comes from and how far it can be trusted. A figure that its source
withholds is never shown as zero.</p>`,
  );
}

/** The page of a problem type; undefined when there is none of this name. */
export function problemPage(code: string): string | undefined {
  if (!Object.hasOwn(problemKinds, code)) return undefined;
  const kind: ProblemKind = problemKinds[code as keyof typeof problemKinds];
  return page(
    `${kind.title} - LMI for All`,
    `<h1>${kind.title}</h1>
<p>Problem type <code>${code}</code>, status ${kind.status}.</p>
<p>${kind.meaning}</p>
<p><a href="/">LMI for All</a></p>`,
  );
}
