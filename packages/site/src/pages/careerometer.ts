import { frameSnippet, widgetDescription, widgetSnippet, type WidgetName } from '@lmi/careerometer';
import { answered, type Area } from '../answers';
import { renderPage } from '../layout';
import type { PageTools, SitePage } from '../page';
import { render } from '../templates';
import { escapeHtml } from '../text';

/** What the preview shows before anything is chosen. */
const START = { occupations: '2237,5241', area: '' };

/** The attribute that a page on this service does not need. */
const LEFT_OUT = 'api';

function setupPage(name: WidgetName): SitePage {
  const description = widgetDescription(name);
  const attributes = description.attributes.filter((each) => each.name !== LEFT_OUT);
  return {
    path: `/${name}`,
    parameters: attributes.map((each) => each.name),
    answer: async ({ query }, tools) => {
      const chosen = Object.fromEntries(query);
      const given: Record<string, string> =
        query.size === 0 && name === 'careerometer' ? { ...START } : chosen;
      const areas = await areasOf(tools);
      return {
        text: renderPage({
          title: `Set up the ${description.title}`,
          description: `Two lines put the ${description.title} on any page: ${description.description}`,
          path: `/${name}`,
          scripts: ['copy.js'],
          scriptUrls: [`/${name}.js`],
          publicUrl: tools.publicUrl,
          main: render('pages/careerometer.njk', {
            name,
            widget: description,
            other:
              name === 'careerometer' ? widgetDescription('skillsometer') : widgetDescription('careerometer'),
            otherPath: name === 'careerometer' ? '/skillsometer' : '/careerometer',
            fields: attributes.map((each) => ({
              ...each,
              given: given[each.name] ?? '',
              areas: each.name === 'area' ? areas : [],
            })),
            element: elementOf(description.tag, given, description.attributes),
            lines: widgetSnippet(name, tools.publicUrl, given),
            pinned: widgetSnippet(name, tools.publicUrl, given, true),
            frame: frameSnippet(name, tools.publicUrl, given),
          }),
        }),
      };
    },
  };
}

/** The element of the preview; its script is loaded by the page. */
function elementOf(
  tag: string,
  given: Readonly<Record<string, string>>,
  attributes: readonly { readonly name: string }[],
): string {
  const theme = given.theme ?? 'auto';
  const shown = attributes.flatMap(({ name }) => {
    const value = name === 'theme' ? theme : given[name];
    return value ? [` ${name}="${escapeHtml(value)}"`] : [];
  });
  return `<${tag}${shown.join('')}><a class="govuk-link" href="/occupations">Search jobs on this site</a></${tag}>`;
}

async function areasOf({ ask }: PageTools): Promise<readonly Area[]> {
  const replies = await Promise.all(['nation', 'region'].map((type) => ask(`/api/v2/areas?type=${type}`)));
  return replies.flatMap((reply) => answered<{ areas: readonly Area[] }>(reply)?.areas ?? []);
}

export const careerometerPage = setupPage('careerometer');
export const skillsometerPage = setupPage('skillsometer');
