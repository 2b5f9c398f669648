import { answered } from '../answers';
import type { SitePage } from '../page';
import type { ListedDataset } from './datasets';
import { escapeHtml } from '../text';

/** Answered in the layout that crawlers read. @param pages those without parameters. */
export function sitemapPage(pages: () => readonly SitePage[]): SitePage {
  return {
    path: '/sitemap.xml',
    async answer(_request, { ask, publicUrl }) {
      const fixed = pages()
        .map(({ path }) => path)
        .filter((path) => !path.includes('{') && !/\.\w+$/.test(path));
      const datasets =
        answered<{ datasets: readonly ListedDataset[] }>(await ask('/api/v2/datasets'))?.datasets ?? [];
      const codes = await majorGroups(ask);
      const paths = [
        ...fixed,
        ...datasets.flatMap(({ id }) => [`/datasets/${id}`, `/guides/${id}`]),
        ...codes.map((code) => `/occupations/${code}`),
      ];
      const urls = paths.map((path) => `<url><loc>${escapeHtml(publicUrl + path)}</loc></url>`).join('\n');
      return {
        contentType: 'application/xml; charset=utf-8',
        text: `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${urls}\n</urlset>\n`,
      };
    },
  };
}

/** Major groups: the pages below them are reached by links. */
async function majorGroups(ask: (url: string) => Promise<{ status: number }>): Promise<string[]> {
  const codes = Array.from({ length: 9 }, (_, at) => String(at + 1));
  const replies = await Promise.all(codes.map((code) => ask(`/api/v2/occupations/${code}`)));
  return codes.filter((_code, at) => replies[at]!.status === 200);
}

export const robotsPage: SitePage = {
  path: '/robots.txt',
  answer: (_request, { publicUrl }) => ({
    contentType: 'text/plain; charset=utf-8',
    // Search results and answers of the API are endless; the pages about them are what is worth finding.
    text: `User-agent: *\nDisallow: /api/\nDisallow: /occupations?\nSitemap: ${publicUrl}/sitemap.xml\n`,
  }),
};
