import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { agreement } from '../evaluation/adverts/agreement.cjs';

const folder = join(__dirname, '../evaluation/adverts');
const groups = join(__dirname, '../../../data/soc/soc_group.csv.gz');

interface Title {
  id: string;
  title: string;
  context: string;
  split: string;
}

interface Label {
  id: string;
  code: string;
  alternatives: string;
  note: string;
}

interface Adjudicated {
  id: string;
  code: string;
  alternatives: string;
  agreed: string;
  first: string;
  second: string;
  reason: string;
}

function rows<Row>(text: string | Buffer): Row[] {
  return parse(text, { columns: true, bom: true }) as Row[];
}

const titles = rows<Title>(readFileSync(join(folder, 'titles.csv')));
const passes = readdirSync(folder).filter((name) => /^pass-\d+\.csv$/.test(name));
const unitGroups = new Set(
  rows<{ classification: string; level: string; code: string }>(gunzipSync(readFileSync(groups)))
    .filter((group) => group.classification === 'soc2020' && group.level === 'unit')
    .map((group) => group.code),
);

describe('the advert titles', () => {
  it('are at least 600, each with an id and a wording of its own', () => {
    expect(titles.length).toBeGreaterThanOrEqual(600);
    expect(new Set(titles.map(({ id }) => id)).size).toBe(titles.length);
    expect(new Set(titles.map(({ title }) => title.trim().toLowerCase())).size).toBe(titles.length);
    expect(titles.filter(({ title }) => title.trim() === '')).toEqual([]);
  });

  it('are split by the number in the id, as the rule book says', () => {
    const wrong = titles.filter(
      ({ id, split }) => split !== (Number(id.slice(1)) % 3 === 0 ? 'dev' : 'held-out'),
    );
    expect(wrong).toEqual([]);
  });
});

describe.each([...passes, 'labels.csv'])('the labels of %s', (name) => {
  const labels = rows<Label>(readFileSync(join(folder, name)));

  it('cover every title once', () => {
    expect(labels.map(({ id }) => id).sort()).toEqual(titles.map(({ id }) => id).sort());
  });

  it('are unit groups of SOC 2020 or none, no alternative repeating another answer', () => {
    const answers = labels.map(({ id, code, alternatives }) => ({
      id,
      codes: [code, ...alternatives.split(' ').filter(Boolean)],
    }));
    const wrong = answers.filter(
      ({ codes }) =>
        new Set(codes).size !== codes.length ||
        codes.some((code) => code !== 'none' && !unitGroups.has(code)),
    );
    expect(wrong).toEqual([]);
  });

  it('spread over at least 250 unit groups and all major groups, with titles to refuse', () => {
    const codes = labels.map(({ code }) => code);
    const coded = new Set(codes.filter((code) => code !== 'none'));
    expect(coded.size).toBeGreaterThanOrEqual(250);
    expect(new Set([...coded].map((code) => code[0])).size).toBe(9);
    expect(codes.filter((code) => code === 'none').length / codes.length).toBeGreaterThan(0.04);
  });
});

describe('the adjudicated labels', () => {
  const labels = rows<Adjudicated>(readFileSync(join(folder, 'labels.csv')));
  const pass = (name: string) =>
    new Map(rows<Label>(readFileSync(join(folder, name))).map((label) => [label.id, label]));
  const first = pass('pass-1.csv');
  const second = pass('pass-2.csv');
  const listed = (text: string) => text.split(' ').filter(Boolean);

  it('repeat both passes and say where they agree', () => {
    const wrong = labels.filter(
      (label) =>
        label.first !== first.get(label.id)?.code ||
        label.second !== second.get(label.id)?.code ||
        label.agreed !== (label.first === label.second ? 'yes' : 'no'),
    );
    expect(wrong).toEqual([]);
  });

  it('are the code of a coder, with a reason and the other code as an alternative where they differ', () => {
    const wrong = labels.filter(({ code, alternatives, agreed, first: one, second: two, reason }) =>
      agreed === 'yes'
        ? code !== one || reason !== ''
        : ![one, two].includes(code) ||
          !listed(alternatives).includes(code === one ? two : one) ||
          reason === '',
    );
    expect(wrong).toEqual([]);
  });

  it('accept nothing that neither coder did', () => {
    const wrong = labels.filter(({ id, alternatives }) => {
      const held = [first.get(id)!, second.get(id)!].flatMap((label) => [
        label.code,
        ...listed(label.alternatives),
      ]);
      return listed(alternatives).some((code) => !held.includes(code));
    });
    expect(wrong).toEqual([]);
  });

  it('have their agreement as agreement.cjs writes it, and as the rule book quotes it', () => {
    const counted = agreement();
    expect(JSON.parse(readFileSync(join(folder, 'agreement.json'), 'utf8'))).toEqual(counted);
    const book = readFileSync(join(folder, 'rules.md'), 'utf8');
    const { titles: all, fourDigits, twoDigits, oneDigit, disagreements } = counted.all;
    const percent = ({ share }: { share: number }) => `${(share * 100).toFixed(1)} %`;
    const quoted = [
      `${fourDigits.same} of ${all} titles: ${percent(fourDigits)} at four digits`,
      `kappa ${fourDigits.kappa.toFixed(3)}), ${percent(twoDigits)} at two, ${percent(oneDigit)} at one`,
      `kappa ${oneDigit.kappa.toFixed(3)}). Of the ${disagreements.titles} others`,
      `decided ${disagreements.decidedForFirst} for the first coder and ${disagreements.decidedForSecond} for the second`,
    ];
    expect(quoted.filter((words) => !book.includes(words))).toEqual([]);
  });
});
