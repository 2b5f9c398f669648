/** Metadata about the datasets in the words of schema.org and of DCAT 3. */
import type { ReleaseCard } from './answers';
import { siteName } from './layout';

interface Described extends ReleaseCard {
  readonly description: string;
  readonly cadence: string;
}

/** A whole table of a release. */
export interface TableFile {
  /** Address below this service. */
  readonly url: string;
  readonly title: string;
}

/** How often, in the words of the Dublin Core frequency vocabulary. */
const FREQUENCY: Readonly<Record<string, string>> = {
  yearly: 'annual',
  quarterly: 'quarterly',
  monthly: 'monthly',
  hourly: 'continuous',
};

const absolute = (sourceUrl: string) => (/^https?:/.test(sourceUrl) ? sourceUrl : undefined);

export function dataset(from: Described, tables: readonly TableFile[], publicUrl: string): object {
  return {
    '@context': 'https://schema.org/',
    '@type': 'Dataset',
    '@id': `${publicUrl}/datasets/${from.dataset}`,
    url: `${publicUrl}/datasets/${from.dataset}`,
    name: from.title,
    // Search engines ask for fifty characters at least.
    description: from.description,
    identifier: from.version,
    version: from.edition,
    license: from.licenceUrl,
    isAccessibleForFree: true,
    creator: { '@type': 'Organization', name: from.publisher },
    creditText: from.attribution,
    datePublished: from.publishedAt,
    isBasedOn: absolute(from.sourceUrl),
    spatialCoverage: { '@type': 'Place', name: 'United Kingdom' },
    includedInDataCatalog: {
      '@type': 'DataCatalog',
      '@id': `${publicUrl}/datasets`,
      name: siteName,
      url: `${publicUrl}/datasets`,
    },
    distribution: tables.map(({ url, title }) => ({
      '@type': 'DataDownload',
      name: title,
      encodingFormat: 'text/csv',
      contentUrl: publicUrl + url,
    })),
  };
}

export function dataCatalog(
  datasets: readonly { readonly id: string; readonly title: string }[],
  publicUrl: string,
): object {
  return {
    '@context': 'https://schema.org/',
    '@type': 'DataCatalog',
    '@id': `${publicUrl}/datasets`,
    url: `${publicUrl}/datasets`,
    name: siteName,
    description: 'Open labour-market information of the United Kingdom by occupation.',
    dataset: datasets.map(({ id, title }) => ({
      '@type': 'Dataset',
      '@id': `${publicUrl}/datasets/${id}`,
      name: title,
      url: `${publicUrl}/datasets/${id}`,
    })),
  };
}

export function dcatCatalog(
  datasets: readonly (Described & { readonly tables: readonly TableFile[] })[],
  publicUrl: string,
): object {
  return {
    '@context': {
      dcat: 'http://www.w3.org/ns/dcat#',
      dct: 'http://purl.org/dc/terms/',
      foaf: 'http://xmlns.com/foaf/0.1/',
      xsd: 'http://www.w3.org/2001/XMLSchema#',
    },
    '@id': `${publicUrl}/catalog.jsonld`,
    '@type': 'dcat:Catalog',
    'dct:title': { '@value': siteName, '@language': 'en' },
    'dct:description': {
      '@value': 'Open labour-market information of the United Kingdom by occupation.',
      '@language': 'en',
    },
    'foaf:homepage': { '@id': `${publicUrl}/` },
    'dcat:service': {
      '@id': `${publicUrl}/api/v2/`,
      '@type': 'dcat:DataService',
      'dct:title': 'LMI for All API v2',
      'dcat:endpointURL': { '@id': `${publicUrl}/api/v2/` },
      'dcat:endpointDescription': { '@id': `${publicUrl}/api/v2/openapi.json` },
    },
    'dcat:dataset': datasets.map((each) => ({
      '@id': `${publicUrl}/datasets/${each.dataset}`,
      '@type': 'dcat:Dataset',
      'dct:title': { '@value': each.title, '@language': 'en' },
      'dct:description': { '@value': each.description, '@language': 'en' },
      'dct:identifier': each.version,
      'dcat:version': each.edition,
      'dct:issued': { '@value': each.publishedAt, '@type': 'xsd:dateTime' },
      'dct:license': { '@id': each.licenceUrl },
      'dct:publisher': { '@type': 'foaf:Organization', 'foaf:name': each.publisher },
      'dct:accrualPeriodicity': {
        '@id': `http://purl.org/cld/freq/${FREQUENCY[each.cadence] ?? 'irregular'}`,
      },
      'dct:spatial': { '@id': 'http://statistics.data.gov.uk/id/statistical-geography/K02000001' },
      'dcat:landingPage': { '@id': `${publicUrl}/datasets/${each.dataset}` },
      'dct:source': absolute(each.sourceUrl) && { '@id': absolute(each.sourceUrl) },
      'dcat:distribution': each.tables.length > 0 ? files(each, publicUrl) : [throughApi(each, publicUrl)],
    })),
  };
}

function files(
  { tables, licenceUrl }: Described & { readonly tables: readonly TableFile[] },
  publicUrl: string,
): object[] {
  return tables.map(({ url, title }) => ({
    '@type': 'dcat:Distribution',
    'dct:title': title,
    'dcat:downloadURL': { '@id': publicUrl + url },
    'dcat:mediaType': { '@id': 'https://www.iana.org/assignments/media-types/text/csv' },
    'dct:conformsTo': { '@id': 'https://www.w3.org/TR/tabular-data-model/' },
    'dct:license': { '@id': licenceUrl },
  }));
}

/** A dataset whose tables are not given whole: its figures are asked for one by one. */
function throughApi({ licenceUrl }: Described, publicUrl: string): object {
  return {
    '@type': 'dcat:Distribution',
    'dcat:accessURL': { '@id': `${publicUrl}/api/v2/` },
    'dcat:accessService': { '@id': `${publicUrl}/api/v2/` },
    'dcat:mediaType': { '@id': 'https://www.iana.org/assignments/media-types/application/json' },
    'dct:license': { '@id': licenceUrl },
  };
}
