import { countQuality, occupationLevel, type CountedFigure } from '../src';
import { memoryStage, type MemoryStage } from '../testing';

const employment: CountedFigure = {
  figure: 'employment',
  table: 'employment_cell',
  value: 'employment',
  level: occupationLevel('soc'),
  period: 'year',
  marker: 'marker',
  marksOf: (marker, withheld) => (withheld ? ['not-available', marker] : marker === '' ? [] : [marker]),
};
let stage: MemoryStage;
beforeEach(async () => {
  stage = memoryStage();
  await stage.context.sink.insert(
    'employment_cell',
    ['soc', 'year', 'section', 'employment', 'marker'],
    [
      ['1111', 2024, 'A', 20, ''],
      ['1111', 2021, 'B', 80, 'shaded'],
      ['2222', 2024, 'A', null, 'small'],
      ['all', 2022, 'A', 100, ''],
    ],
  );
});
afterEach(() => stage.close());

it('counts cells, withheld ones and marks by level, with the span of periods', async () => {
  expect(await countQuality(stage.reader, stage.releaseId, [employment])).toEqual([
    {
      figure: 'employment',
      level: 'all occupations',
      cells: 1,
      withheld: 0,
      marks: {},
      from: '2022',
      to: '2022',
    },
    {
      figure: 'employment',
      level: 'unit group',
      cells: 3,
      withheld: 1,
      marks: { 'not-available': 1, shaded: 1, small: 1 },
      from: '2021',
      to: '2024',
    },
  ]);
});

it('counts the rows of its release and condition only', async () => {
  expect(await countQuality(stage.reader, stage.releaseId + 1, [employment])).toEqual([]);
  const some = await countQuality(stage.reader, stage.releaseId, [{ ...employment, where: 'year = 2024' }]);
  expect(some).toMatchObject([{ level: 'unit group', cells: 2 }]);
});
