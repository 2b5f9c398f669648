import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import {
  containersOf,
  objectsOf,
  overlays,
  readObjects,
  renderedFile,
  renderFolder,
  root,
  workloadsOf,
} from './objects';
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
    ) as { images: { newName: string; newTag: string; digest?: string }[] };
    const listed = images
      .map(({ newName, newTag, digest }) => `${newName}:${newTag}${digest ? `@${digest}` : ''}`)
      .sort();
    const used = readFileSync(renderedFile(overlay), 'utf8').matchAll(/^\s+(?:- )?image: (.*)$/gm);
    expect([...new Set([...used].map(([, image]) => image))].sort()).toEqual(listed);
    for (const image of listed) expect(image).toMatch(/:\d+\.\d+\.\d+(@sha256:[\da-f]{64})?$/);
  });
});

describe('an overlay with images of other names', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lmi-overlay-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
  const images = {
    'a tag': ['newTag: 0.1.0', 'lmi:0.1.0'],
    'another tag': ['newTag: 0.1.1-rc.1', 'lmi:0.1.1-rc.1'],
    'a registry with a port': [
      "newName: 'registry.local:5000/team/lmi', newTag: '1.2'",
      'registry.local:5000/team/lmi:1.2',
    ],
    'a digest': [`digest: '${digest('a')}'`, `lmi@${digest('a')}`],
    'another digest': [`digest: '${digest('b')}'`, `lmi@${digest('b')}`],
    'all of it': [
      `newName: 'registry.local:5000/team/lmi', newTag: 0.1.0, digest: '${digest('a')}'`,
      `registry.local:5000/team/lmi:0.1.0@${digest('a')}`,
    ],
  };

  it('has a setup Job for each of them, and all containers from it', () => {
    for (const part of ['k8s', 'infra'])
      cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
    const overlay = path.join(folder, 'k8s/overlays/local');
    const file = path.join(overlay, 'kustomization.yaml');
    const before = readFileSync(file, 'utf8');
    const names = Object.values(images).map(([set, image]) => {
      writeFileSync(file, before.replace(/\{ name: lmi, .*\}/, `{ name: lmi, ${set} }`));
      const objects = readObjects(renderFolder(overlay));
      const ours = workloadsOf(objects)
        .flatMap(containersOf)
        .filter(({ command }) => command?.[0] === 'node');
      expect([...new Set(ours.map((container) => container.image))]).toEqual([image]);
      const [job, ...more] = objects.filter(({ kind }) => kind === 'Job');
      expect(more).toEqual([]);
      // A DNS label, since its pods' host names begin with it.
      expect(job!.metadata.name).toMatch(/^setup-[\da-z]{5,57}$/);
      // Nobody knows it by its name.
      const others = objects.filter((object) => object !== job);
      expect(JSON.stringify(others)).not.toContain(job!.metadata.name);
      return job!.metadata.name;
    });
    expect(new Set(names).size).toBe(names.length);
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
