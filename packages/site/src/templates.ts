import path from 'node:path';
import type { Environment } from 'nunjucks';
import type * as Nunjucks from 'nunjucks';
import { assetUrl } from './assets';

const templates = path.resolve(__dirname, '../templates');

let environment: Environment | undefined;

/** Made with the first page: a gateway that answers the API only never loads the template engine. */
function templating(): Environment {
  if (environment) return environment;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded late, see above
  const nunjucks = require('nunjucks') as typeof Nunjucks;
  const govuk = path.join(path.dirname(require.resolve('govuk-frontend/package.json')), 'dist');
  environment = new nunjucks.Environment(
    new nunjucks.FileSystemLoader([templates, govuk], { watch: false, noCache: false }),
    { autoescape: true, throwOnUndefined: false, trimBlocks: true, lstripBlocks: true },
  );
  environment.addGlobal('assetUrl', assetUrl);
  return environment;
}

/** Renders one template of this package; everything in `context` is escaped unless a template says otherwise. */
export function render(template: string, context: object): string {
  return templating().render(template, context);
}
