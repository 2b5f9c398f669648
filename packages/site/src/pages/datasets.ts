import { answered, problemOf, type ReleaseCard } from '../answers';
import { guides, topics } from '../guides';
import { renderPage } from '../layout';
import type { PageTools, SitePage } from '../page';
import { render } from '../templates';
import { allMarks, dayName, figure, markWords, plural } from '../text';
import { dataCatalog, dataset as linkedDataset, dcatCatalog, type TableFile } from '../linked-data';
import { troublePage } from './problems';

export interface ListedDataset extends Omit<ReleaseCard, 'dataset'> {
  readonly id: string;
}

export interface DatasetDetails extends ReleaseCard {
  readonly description: string;
  readonly caveats: readonly string[];
  readonly cadence: string;
  readonly nextRelease: string | null;
  readonly notAvailable: readonly { readonly what: string; readonly why: string }[];
  readonly inputs: readonly string[];
  readonly sources: readonly { readonly name: string; readonly sha256: string; readonly bytes: number }[];
  readonly checks: readonly { readonly name: string; readonly passed: boolean; readonly detail: string }[];
  readonly state: string;
  readonly current: boolean;
  readonly stagedAt: string;
  readonly rowsLoaded: number;
  readonly rowsRejected: number;
  readonly valuesSuppressed: number;
  readonly valuesMarked: number;
}

export interface Quality {
  readonly dataset: string;
  readonly title: string;
  readonly edition: string;
  readonly cadence: string;
  readonly nextRelease: string | null;
  readonly cells: number;
  readonly withheld: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly marks: readonly { readonly mark: string; readonly cells: number; readonly share: number }[];
  readonly levels: readonly {
    readonly figure: string;
    readonly level: string;
    readonly cells: number;
    readonly withheld: number;
    readonly from: string;
    readonly to: string;
  }[];
  readonly notAvailable: readonly { readonly what: string; readonly why: string }[];
}

const licences: Readonly<Record<string, string>> = {
  'OGL-UK-3.0': 'Open Government Licence v3.0',
  'CC-BY-4.0': 'Creative Commons Attribution 4.0',
  'CC0-1.0': 'Creative Commons Zero (no conditions)',
};

function licenceName(id: string): string {
  return licences[id] ?? id;
}

async function listed({ ask }: PageTools): Promise<readonly ListedDataset[]> {
  return answered<{ datasets: readonly ListedDataset[] }>(await ask('/api/v2/datasets'))?.datasets ?? [];
}

async function qualities({ ask }: PageTools): Promise<readonly Quality[]> {
  return answered<{ datasets: readonly Quality[] }>(await ask('/api/v2/quality'))?.datasets ?? [];
}

function byTopic<T extends { readonly id: string }>(datasets: readonly T[]) {
  const known = topics.map((topic) => ({
    topic: topic as string,
    datasets: datasets.filter(({ id }) => guides[id]?.topic === topic),
  }));
  const others = datasets.filter(({ id }) => !guides[id]);
  return [...known, { topic: 'Others', datasets: others }].filter((group) => group.datasets.length > 0);
}

/** The tables of a dataset, as CSV on the Web describes them. */
async function tablesOf({ ask }: PageTools, id: string): Promise<readonly TableFile[]> {
  type Group = { readonly tables: readonly { readonly url: string; readonly 'dc:title': string }[] };
  const group = answered<Group>(await ask(`/api/v2/datasets/${id}/csvw`));
  return (group?.tables ?? []).map((table) => ({ url: table.url, title: table['dc:title'] }));
}

export const datasetsPage: SitePage = {
  path: '/datasets',
  async answer(_request, tools) {
    const [datasets, quality] = await Promise.all([listed(tools), qualities(tools)]);
    const rows = datasets.map((each) => {
      const counted = quality.find(({ dataset }) => dataset === each.id);
      return {
        ...each,
        licenceName: licenceName(each.licence),
        next: counted?.nextRelease ?? 'not announced',
        cadence: counted?.cadence ?? '',
        cells: counted && counted.cells > 0 ? figure(counted.cells, 'people') : '',
      };
    });
    return {
      text: renderPage({
        title: 'Datasets',
        description:
          'Every dataset that the figures come from, with edition, licence, next release and history.',
        path: '/datasets',
        main: render('pages/datasets.njk', { groups: byTopic(rows), number: datasets.length }),
        linkedData: dataCatalog(datasets, tools.publicUrl),
        alternates: [
          { type: 'application/ld+json', href: '/catalog.jsonld', title: 'Catalogue as DCAT' },
          {
            type: 'application/atom+xml',
            href: '/api/v2/datasets.atom',
            title: 'New releases of all datasets',
          },
        ],
      }),
    };
  },
};

export const datasetPage: SitePage = {
  path: '/datasets/{id}',
  async answer({ params }, tools) {
    const id = params.id!;
    const address = encodeURIComponent(id);
    const [reply, historyReply, tables] = await Promise.all([
      tools.ask(`/api/v2/datasets/${address}`),
      tools.ask(`/api/v2/datasets/${address}/releases`),
      tablesOf(tools, address),
    ]);
    const details = answered<DatasetDetails>(reply);
    if (!details) {
      const { detail } = problemOf(reply);
      return troublePage({
        status: reply.status === 400 ? 404 : reply.status,
        title: 'There is no such dataset',
        detail,
      });
    }
    const history = answered<{ releases: readonly DatasetDetails[] }>(historyReply)?.releases ?? [details];
    return {
      text: renderPage({
        title: details.title,
        description: details.description,
        path: `/datasets/${id}`,
        breadcrumbs: [{ text: 'Datasets', href: '/datasets' }],
        main: render('pages/dataset.njk', {
          id,
          ...details,
          tables,
          licenceName: licenceName(details.licence),
          guided: Boolean(guides[id]),
          published: dayName(details.publishedAt),
          rows: figure(details.rowsLoaded, 'people'),
          inputDatasets: details.inputs.map((version) => ({
            version,
            id: version.replace(/-[^-]*-[\da-f]{8}$/, ''),
          })),
          external: /^https?:/.test(details.sourceUrl),
          files: details.sources.map((file) => ({
            ...file,
            size: plural(Math.ceil(file.bytes / 1024), 'kB', 'kB'),
            short: file.sha256.slice(0, 16),
          })),
          history: history.map((each) => ({ ...each, when: dayName(each.publishedAt || each.stagedAt) })),
          passed: details.checks.filter(({ passed }) => passed).length,
          publicUrl: tools.publicUrl,
        }),
        scripts: ['copy.js'],
        publicUrl: tools.publicUrl,
        linkedData: linkedDataset(details, tables, tools.publicUrl),
        alternates: [
          {
            type: 'application/atom+xml',
            href: `/api/v2/datasets/${id}/releases.atom`,
            title: 'New releases',
          },
          {
            type: 'application/csvm+json',
            href: `/api/v2/datasets/${id}/csvw`,
            title: 'Tables as CSV on the Web',
          },
        ],
      }),
    };
  },
};

export const catalogPage: SitePage = {
  path: '/catalog.jsonld',
  async answer(_request, tools) {
    const datasets = await listed(tools);
    const described = await Promise.all(
      datasets.map(async ({ id }) => {
        const [reply, tables] = await Promise.all([tools.ask(`/api/v2/datasets/${id}`), tablesOf(tools, id)]);
        const details = answered<DatasetDetails>(reply);
        return details && { ...details, tables };
      }),
    );
    const body = dcatCatalog(
      described.filter((each) => each !== undefined),
      tools.publicUrl,
    );
    return { contentType: 'application/ld+json; charset=utf-8', text: JSON.stringify(body, undefined, 2) };
  },
};

export const guidesPage: SitePage = {
  path: '/guides',
  async answer(_request, tools) {
    const datasets = await listed(tools);
    const rows = datasets.map((each) => ({ ...each, reading: guides[each.id]?.reading ?? each.attribution }));
    return {
      text: renderPage({
        title: 'Guides to the datasets',
        description:
          'What each figure means in plain words, how it is made, what its marks say, and what not to do with it.',
        path: '/guides',
        main: render('pages/guides.njk', { groups: byTopic(rows) }),
      }),
    };
  },
};

export const guidePage: SitePage = {
  path: '/guides/{id}',
  async answer({ params }, tools) {
    const id = params.id!;
    const [reply, quality] = await Promise.all([
      tools.ask(`/api/v2/datasets/${encodeURIComponent(id)}`),
      qualities(tools),
    ]);
    const details = answered<DatasetDetails>(reply);
    const guide = Object.hasOwn(guides, id) ? guides[id] : undefined;
    if (!details || !guide) {
      return troublePage({
        status: details ? 404 : reply.status === 400 ? 404 : reply.status,
        title: 'There is no such guide',
        detail: details ? `Nobody has written a guide to ${id} yet.` : problemOf(reply).detail,
      });
    }
    const counted = quality.find(({ dataset }) => dataset === id);
    const marks = (counted?.marks ?? []).map(({ mark, share }) => ({
      ...allMarks().find((each) => each.mark === mark),
      text: markWords(mark),
      share: share < 0.001 ? 'less than 0.1%' : figure(share * 100, 'percent'),
    }));
    return {
      text: renderPage({
        title: `Guide: ${details.title}`,
        description: details.description,
        path: `/guides/${id}`,
        breadcrumbs: [{ text: 'Guides', href: '/guides' }],
        main: render('pages/guide.njk', {
          id,
          ...details,
          guide,
          marks,
          span: counted?.from && counted.to ? `${counted.from} to ${counted.to}` : '',
          cells: counted && counted.cells > 0 ? figure(counted.cells, 'people') : '',
          withheld: counted ? figure(counted.withheld, 'people') : '',
          licenceName: licenceName(details.licence),
          external: /^https?:/.test(details.sourceUrl),
          publicUrl: tools.publicUrl,
        }),
      }),
    };
  },
};

export const qualityPage: SitePage = {
  path: '/quality',
  async answer(_request, tools) {
    const quality = await qualities(tools);
    const rows = quality.map((each) => ({
      ...each,
      count: figure(each.cells, 'people'),
      share: each.cells > 0 ? figure((each.withheld / each.cells) * 100, 'percent') : '',
      span: each.from && each.to ? (each.from === each.to ? each.from : `${each.from} to ${each.to}`) : '',
      marks: each.marks.map(({ mark, share }) => ({
        ...allMarks().find((known) => known.mark === mark),
        text: `${markWords(mark)} ${share < 0.001 ? '<0.1%' : figure(share * 100, 'percent')}`,
      })),
      levels: each.levels.map((level) => ({
        ...level,
        count: figure(level.cells, 'people'),
        missing: figure(level.withheld, 'people'),
      })),
    }));
    const total = quality.reduce((sum, { cells }) => sum + cells, 0);
    const withheld = quality.reduce((sum, each) => sum + each.withheld, 0);
    return {
      text: renderPage({
        title: 'Quality of the figures',
        description:
          'How many figures there are, how many carry which mark, how many are withheld, and what cannot be answered.',
        path: '/quality',
        breadcrumbs: [{ text: 'Datasets', href: '/datasets' }],
        main: render('pages/quality.njk', {
          rows: rows.filter(({ cells }) => cells > 0),
          texts: rows.filter(({ cells }) => cells === 0),
          gaps: rows.filter(({ notAvailable }) => notAvailable.length > 0),
          total: figure(total, 'people'),
          withheld: figure(withheld, 'people'),
          share: figure((withheld / (total || 1)) * 100, 'percent'),
        }),
        alternates: [{ type: 'application/json', href: '/api/v2/quality', title: 'The same as JSON' }],
      }),
    };
  },
};
