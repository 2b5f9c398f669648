import { widgets, type WidgetDescription } from './attributes';
import { widgetFile, type WidgetName } from './files';

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

export function widgetDescription(name: WidgetName): WidgetDescription {
  return widgets.find(({ tag }) => tag === `lmi-${name}`)!;
}

/** Attributes of a widget with values, in the order of its description; unknown and blank ones are left out. */
function attributesOf(name: WidgetName, given: Readonly<Record<string, string>>): string {
  return widgetDescription(name)
    .attributes.flatMap((attribute) => {
      const value = Object.hasOwn(given, attribute.name) ? given[attribute.name]?.trim() : undefined;
      return value ? [` ${attribute.name}="${escapeHtml(value)}"`] : [];
    })
    .join('');
}

function isWelsh(given: Readonly<Record<string, string>>): boolean {
  return given.lang?.trim().toLowerCase().startsWith('cy') ?? false;
}

/** The link that readers get without scripts, in the language of the widget. */
function fallbackTextOf(name: WidgetName, given: Readonly<Record<string, string>>): string {
  const { fallbackText, fallbackTextWelsh } = widgetDescription(name);
  return isWelsh(given) ? fallbackTextWelsh : fallbackText;
}

/**
 * The two lines that put a widget on a page. The link in the element is what readers get whose browser runs no scripts.
 * @param origin root of the service, such as https://lmi.example.org
 * @param pinned with the lasting address and its `integrity`: safe from any change, and to be renewed after each.
 */
export function widgetSnippet(
  name: WidgetName,
  origin: string,
  given: Readonly<Record<string, string>> = {},
  pinned = false,
): string {
  const { path, lastingPath, integrity } = widgetFile(name);
  const { tag, fallbackPath } = widgetDescription(name);
  const root = escapeHtml(origin);
  const script = pinned
    ? `<script type="module" src="${root}${lastingPath}" integrity="${integrity}" crossorigin="anonymous"></script>`
    : `<script type="module" src="${root}${path}"></script>`;
  return `${script}\n<${tag}${attributesOf(name, given)}><a href="${root}${fallbackPath}">${fallbackTextOf(name, given)}</a></${tag}>`;
}

/** The line that puts a widget into a frame, for editors that allow no scripts. */
export function frameSnippet(
  name: WidgetName,
  origin: string,
  given: Readonly<Record<string, string>> = {},
): string {
  const { title, attributes } = widgetDescription(name);
  const query = new URLSearchParams();
  for (const { name: attribute } of attributes) {
    const value = given[attribute]?.trim();
    if (value) query.set(attribute, value);
  }
  const address = `${origin}/${name}/embed${query.size > 0 ? `?${query.toString()}` : ''}`;
  return `<iframe src="${escapeHtml(address)}" title="${title}" width="100%" height="900" loading="lazy" style="border:0"></iframe>`;
}

export interface EmbedPage {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

/** The page that a frame shows. It asks no other service, whatever its address says. */
export function embedPage(name: WidgetName, given: Readonly<Record<string, string>>): EmbedPage {
  const { tag, title, fallbackPath } = widgetDescription(name);
  const { lastingPath, integrity } = widgetFile(name);
  const attributes = attributesOf(name, { ...given, api: '' });
  const language = isWelsh(given) ? 'cy' : 'en';
  const html = `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} – LMI for All</title>
<link rel="stylesheet" href="/${name}/embed.css">
<script type="module" src="${lastingPath}" integrity="${integrity}" crossorigin="anonymous"></script>
</head>
<body>
<main>
<${tag}${attributes}><a href="${fallbackPath}" target="_top">${fallbackTextOf(name, given)}</a></${tag}>
</main>
</body>
</html>
`;
  return {
    html,
    contentSecurityPolicy:
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors *",
  };
}

/** Style of the page in the frame: nothing but the widget. */
export const embedStyles = 'body{margin:0;font:1em/1.4 system-ui,sans-serif}\n';
