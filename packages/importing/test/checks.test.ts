import {
  areasKnown,
  childrenAddUp,
  codesKnown,
  noDuplicates,
  rowCount,
  rowCountNotFallen,
  valuesWithin,
} from '../src';
import { memoryStage, type MemoryStage } from '../testing';

const columns = ['soc', 'year', 'section', 'employment', 'marker'];
let stage: MemoryStage;
beforeEach(async () => {
  stage = memoryStage();
  await stage.context.sink.insert('employment_cell', columns, [
    ['1111', 2024, 'A', 20, ''],
    ['1111', 2024, 'B', 80, ''],
    ['2222', 2024, 'A', null, '*'],
  ]);
});
afterEach(() => stage.close());

describe('acceptance checks', () => {
  it('count rows', async () => {
    const { reader, releaseId } = stage;
    expect(await rowCount(reader, releaseId, 'employment_cell', { atLeast: 3 })).toEqual({
      name: 'employment_cell: row count',
      passed: true,
      detail: '3 rows, at least 3 expected',
    });
    expect(await rowCount(reader, releaseId, 'employment_cell', { exactly: 2, name: 'pairs' })).toMatchObject(
      {
        name: 'pairs',
        passed: false,
      },
    );
    expect(
      await rowCount(reader, releaseId, 'employment_cell', { exactly: 2, where: "section = 'A'" }),
    ).toMatchObject({ passed: true });
  });

  it('compare with the published release', async () => {
    const fall = (from: MemoryStage, percent: number) =>
      rowCountNotFallen(from.reader, from.releaseId, 'employment', 'employment_cell', percent);
    expect(await fall(stage, 10)).toMatchObject({ passed: true, detail: 'no release is published yet' });
    stage.publish('employment');
    const second = stage.next();
    await second.context.sink.insert('employment_cell', columns, [['1111', 2024, 'A', 20, '']]);
    expect(await fall(second, 10)).toMatchObject({ passed: false });
    expect(await fall(second, 70)).toMatchObject({ passed: true });
  });

  it('find duplicates', async () => {
    const { reader, releaseId } = stage;
    const check = (by: string[]) => noDuplicates(reader, releaseId, 'employment_cell', by);
    expect(await check(['soc', 'section'])).toMatchObject({ passed: true });
    expect(await check(['soc', 'year'])).toMatchObject({ passed: false, detail: 'repeated: 1111/2024' });
  });

  it('know the codes of the published classification and areas', async () => {
    const { reader, releaseId } = stage;
    const codes = () =>
      codesKnown(reader, releaseId, 'employment_cell', 'soc', { classification: 'soc2020' });
    expect(await codes()).toMatchObject({
      passed: false,
      detail: expect.stringContaining('import it first'),
    });
    const group = ['classification', 'code', 'level', 'title'];
    await stage.context.sink.insert('soc_group', group, [['soc2020', '1111', 'unit', 'Chief executives']]);
    stage.publish('soc');
    expect(await codes()).toMatchObject({ passed: false, detail: '1 unknown: 2222' });
    expect(
      await codesKnown(reader, releaseId, 'employment_cell', 'soc', {
        classification: 'soc2020',
        also: ['2222'],
      }),
    ).toMatchObject({ passed: true });
    await stage.context.sink.insert('area', ['code', 'name', 'type'], [['A', 'Somewhere', 'district']]);
    stage.publish('areas');
    expect(await areasKnown(reader, releaseId, 'employment_cell', 'section')).toMatchObject({
      passed: false,
      detail: '1 unknown: B',
    });
  });

  it('add up children and bound values', async () => {
    const sums = [
      { place: '11', parent: 100, children: 100.4 },
      { place: '12', parent: 1000, children: 1009 },
    ];
    expect(childrenAddUp('sums', sums, { absolute: 0.5, relative: 0.01 })).toMatchObject({ passed: true });
    expect(childrenAddUp('sums', sums, { absolute: 0.5 })).toMatchObject({
      passed: false,
      detail: '1 of 2 differ: 12: parent 1000, children 1009',
    });
    const { reader, releaseId } = stage;
    const bound = (max: number) => valuesWithin(reader, releaseId, 'employment_cell', 'employment', 0, max);
    expect(await bound(80)).toMatchObject({ passed: true, detail: 'found 20 to 80' });
    expect(await bound(79)).toMatchObject({ passed: false });
  });
});
