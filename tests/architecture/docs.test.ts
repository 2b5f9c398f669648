import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { guides } from '../../packages/site/src';
import { configTable } from '../../services/lmi/src/commands/config';
import { importersInOrder } from '../../services/lmi/src/targets';

const root = path.resolve(__dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

function markdownFiles(folder = root): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name.startsWith('.')) return [];
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return markdownFiles(file);
    return entry.name.endsWith('.md') ? [file] : [];
  });
}

describe('documents', () => {
  it('list the settings as the program has them (npm run lmi -- config)', () => {
    expect(read('docs/configuration.md')).toContain(configTable());
  });

  it('name every dataset that is read from files in data/README.md, with its licence', () => {
    const text = read('data/README.md');
    for (const { card } of importersInOrder().filter((importer) => !importer.card.derived)) {
      expect(text).toMatch(new RegExp(`^\\| \`${card.id}\` \\|.*(OGL|CC0|CC BY)`, 'm'));
    }
  });

  it('say how every derived dataset is made', () => {
    const methods = readdirSync(path.join(root, 'docs/methods'))
      .map((name) => read(`docs/methods/${name}`))
      .join('\n');
    for (const { card } of importersInOrder().filter((importer) => importer.card.derived)) {
      expect(methods).toContain(`\`${card.id}\``);
    }
  });

  it('have a guide to every dataset on the site, and to no other', () => {
    const ids = new Set(importersInOrder().map(({ card }) => card.id));
    // Adverts are kept by their service: they come from connected feeds and no importer reads them.
    ids.add('adverts');
    expect(Object.keys(guides).sort()).toEqual([...ids].sort());
  });

  it('have no link that leads nowhere', () => {
    const broken = markdownFiles().flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:|#|mailto:|\/)([^)\s#]+)/g)]
        .map((match) => match[1] ?? '')
        .filter((link) => !existsSync(path.resolve(path.dirname(file), link)))
        .map((link) => `${path.relative(root, file)}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  it('number the decisions without a gap', () => {
    const numbers = readdirSync(path.join(root, 'docs/adr'))
      .filter((name) => name !== 'README.md')
      .map((name) => Number(name.slice(0, 4)))
      .sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });
});

describe('datasets', () => {
  it('carry publisher, licence, attribution and an address on their card', () => {
    for (const { card } of importersInOrder()) {
      expect(card).toMatchObject({
        id: expect.stringMatching(/^[a-z]+(-[a-z]+)*$/),
        publisher: expect.stringMatching(/./),
        licence: expect.stringMatching(/^(OGL-UK-3\.0|CC-BY-4\.0|CC0-1\.0)$/),
        licenceUrl: expect.stringMatching(/^https:\/\//),
        sourceUrl: expect.stringMatching(/^(https?:\/\/|data\/|docs\/)/),
        description: expect.stringMatching(/.{40}/),
      });
    }
  });

  it('have their bundled extract, none over 4 MiB and all together under 25 MiB', () => {
    let total = 0;
    for (const { card, optional } of importersInOrder().filter((importer) => !importer.card.derived)) {
      if (optional) continue;
      const folder = path.join(root, 'data', card.id);
      for (const name of readdirSync(folder)) {
        const { length } = readFileSync(path.join(folder, name));
        expect(length).toBeLessThan(4 * 2 ** 20);
        total += length;
      }
    }
    expect(total).toBeLessThan(25 * 2 ** 20);
  });
});
