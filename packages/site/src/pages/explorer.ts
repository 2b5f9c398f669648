import { renderPage } from '../layout';
import { operationsOf, type OpenApi, type Operation } from '../openapi';
import type { PageTools, SitePage } from '../page';
import { languages, snippet, type Call } from '../snippets';
import { render } from '../templates';
import { troublePage } from './problems';

const TITLES: Readonly<Record<string, string>> = {
  'o-net': 'O*NET',
  onet: 'O*NET',
  openapi: 'OpenAPI',
  ashe: 'Pay and hours (ashe)',
  soc: 'Occupations (soc)',
  wf: 'Working futures (wf)',
  lfs: 'Labour force (lfs)',
  ess: 'Employer skills survey (ess)',
  hesa: 'Courses (hesa)',
};

function titleOf(topic: string): string {
  const words = topic.replaceAll('-', ' ');
  return TITLES[topic] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

function grouped(operations: readonly Operation[], version: string) {
  const topics = [
    ...new Set(operations.filter((each) => each.version === version).map(({ topic }) => topic)),
  ].sort();
  return topics.map((topic) => ({
    title: titleOf(topic),
    operations: operations.filter((each) => each.version === version && each.topic === topic),
  }));
}

async function operations({ ask }: PageTools): Promise<Operation[]> {
  return operationsOf((await ask('/api/v2/openapi.json')).body as OpenApi);
}

export const explorerPage: SitePage = {
  path: '/explorer',
  async answer(_request, tools) {
    const all = await operations(tools);
    return {
      text: renderPage({
        title: 'API explorer',
        description:
          'Every operation of the API with its parameters, valid values and examples, to try in the page.',
        path: '/explorer',
        breadcrumbs: [{ text: 'API', href: '/developers' }],
        scripts: ['filter.js'],
        main: render('pages/explorer.njk', {
          v2: grouped(all, 'v2'),
          v1: grouped(all, 'v1'),
          number: all.length,
        }),
      }),
    };
  },
};

/** The call that the page begins with: the first example, taken apart. */
function exampleCall(operation: Operation): Call {
  const [path = '', query = ''] = (operation.examples[0] ?? operation.path).split('?');
  const names = operation.path.split('/');
  const values = path.split('/');
  const found = names.flatMap((name, at) =>
    name.startsWith('{') ? [[name.slice(1, -1), decodeURIComponent(values[at] ?? '')] as const] : [],
  );
  return {
    method: operation.method === 'post' ? 'POST' : 'GET',
    template: operation.path,
    path: Object.fromEntries(found),
    query: [...new URLSearchParams(query)],
    body: operation.body,
  };
}

export const operationPage: SitePage = {
  path: '/explorer/{id}',
  async answer({ params }, tools) {
    const all = await operations(tools);
    const operation = all.find(({ id }) => id === params.id);
    if (!operation)
      return troublePage({
        status: 404,
        title: 'There is no such operation',
        detail: 'The API explorer lists all operations.',
      });
    const call = exampleCall(operation);
    const given = new Map([...Object.entries(call.path), ...call.query]);
    return {
      text: renderPage({
        title: `${operation.summary} (${operation.id})`,
        description: operation.description || operation.summary,
        path: `/explorer/${operation.id}`,
        breadcrumbs: [
          { text: 'API', href: '/developers' },
          { text: 'Explorer', href: '/explorer' },
        ],
        scripts: ['copy.js', 'explorer.js'],
        publicUrl: tools.publicUrl,
        main: render('pages/operation.njk', {
          ...operation,
          operationMethod: operation.method.toUpperCase(),
          // A form without scripts can fill in the query, not the path.
          plainForm: operation.method === 'get' && Object.keys(call.path).length === 0,
          fields: operation.parameters.map((each) => ({ ...each, given: given.get(each.name) ?? '' })),
          answerFields: operation.fields,
          // A release that an example names is in the database that the example was written for, and not in every other.
          examples: operation.examples.map((text) => ({
            text,
            linked: operation.method === 'get' && !/-[\da-f]{8}(?:&|$)/.test(text),
          })),
          snippets: languages.map((language) => ({
            language,
            text: snippet(language, call, tools.publicUrl),
          })),
          siblings: all.filter(
            (each) =>
              each.version === operation.version &&
              each.topic === operation.topic &&
              each.id !== operation.id,
          ),
        }),
      }),
    };
  },
};
