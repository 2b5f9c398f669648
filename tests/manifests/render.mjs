// `npm run render`: writes k8s/rendered, one file an overlay. With --print <folder of k8s/>: to the standard output.
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { render } from './kubectl.mjs';

const k8s = path.resolve(import.meta.dirname, '../../k8s');
const [option, folder] = process.argv.slice(2);
if (option === '--print') process.stdout.write(render(folder));
else {
  for (const name of readdirSync(path.join(k8s, 'overlays'))) {
    writeFileSync(path.join(k8s, 'rendered', `${name}.yaml`), render(`overlays/${name}`));
  }
}
