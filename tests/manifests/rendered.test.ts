import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { objectsOf, overlays, readObjects, renderedFile, renderFolder, root } from './objects';
import { schemaErrors } from './schema';

describe.each(overlays)('k8s/rendered/%s.yaml', (overlay) => {
  it('is what kustomize makes of the overlay (npm run render)', () => {
    expect(renderFolder(`overlays/${overlay}`)).toBe(readFileSync(renderedFile(overlay), 'utf8'));
  });

  it('holds nothing that Kubernetes 1.32 does not know', () => {
    expect(objectsOf(overlay).flatMap(schemaErrors)).toEqual([]);
  });

  it('names each image once, in the overlay, by a version', () => {
    const { images } = parse(
      readFileSync(path.join(root, 'k8s/overlays', overlay, 'kustomization.yaml'), 'utf8'),
    ) as { images: { newName: string; newTag: string }[] };
    const listed = images.map(({ newName, newTag }) => `${newName}:${newTag}`).sort();
    const used = readFileSync(renderedFile(overlay), 'utf8').matchAll(/^\s+(?:- )?image: (.*)$/gm);
    expect([...new Set([...used].map(([, image]) => image))].sort()).toEqual(listed);
    for (const image of listed) expect(image).toMatch(/:\d+\.\d+\.\d+$/);
  });
});

it('renders every overlay, and nothing else', () => {
  expect(readdirSync(path.join(root, 'k8s/rendered')).sort()).toEqual(overlays.map((name) => `${name}.yaml`));
});

describe('the check against Kubernetes 1.32', () => {
  const good = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: a }
spec:
  selector: { matchLabels: { a: b } }
  template:
    metadata: { labels: { a: b } }
    spec:
      containers: [{ name: a, image: a, resources: { limits: { cpu: 1 } }, ports: [{ containerPort: 80 }] }]`;
  const errors = (text: string) => readObjects(text).flatMap(schemaErrors).join('\n');

  it.each([
    ['a good object', good, /^$/],
    ['a misspelt field', good.replace('resources', 'resorces'), /must NOT have additional.*resorces/],
    [
      'a wrong type',
      good.replace('containerPort: 80', "containerPort: '80'"),
      /containerPort: must be integer/,
    ],
    [
      'a missing field',
      good.replace('selector: { matchLabels: { a: b } }', 'replicas: 1'),
      /required.*selector/,
    ],
    [
      'a field of another kind',
      good.replace('template:', 'serviceName: a\n  template:'),
      /additional.*serviceName/,
    ],
    ['an old version', good.replace('apps/v1', 'apps/v1beta1'), /no kind that is known/],
  ])('says what is wrong with %s', (_, text, expected) => {
    expect(errors(text)).toMatch(expected);
  });
});
