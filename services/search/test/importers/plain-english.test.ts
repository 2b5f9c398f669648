import { join } from 'node:path';
import {
  duplicateRow,
  editCsv,
  fileOnDisk,
  memoryStage,
  setCell,
  shiftColumn,
  sourceFile,
} from '@lmi/importing/testing';
import { plainEnglishImporter } from '../../src/importers';

const bundled = fileOnDisk(join(__dirname, '../../../../data/plain-english/plain_occupation.csv'));
const few = sourceFile(
  'plain_occupation.csv',
  'soc2020,description,tasks,entry\n5315,Fit pipes.,plan pipes|fit pipes|mend leaks,Learn on the job.\n' +
    '5316,Fit boilers.,plan|fit|mend,Learn on the job.\n',
);

describe('the plain-english importer', () => {
  it('describes every unit group of SOC 2020 exactly once', async () => {
    const stage = memoryStage();
    // The unit groups stand in the extract of the classification that is bundled beside the texts.
    const { readBundle } = await import('@lmi/importing');
    const soc = await readBundle(join(__dirname, '../../../../data/soc'));
    await stage.context.sink.insert(
      'soc_group',
      Object.keys(soc.tables['soc_group']!.columns),
      soc.rows('soc_group'),
    );
    stage.publish('soc');
    const next = stage.next();
    await (await plainEnglishImporter.open([bundled], undefined)).load(next.context);
    const checks = await plainEnglishImporter.check(next.reader, next.releaseId);
    expect(checks.filter(({ passed }) => !passed)).toEqual([]);
    stage.close();
  });

  it('keeps tasks as one line each', async () => {
    const stage = memoryStage();
    await (await plainEnglishImporter.open([few], undefined)).load(stage.context);
    expect(await stage.reader.get("SELECT * FROM plain_occupation WHERE soc2020 = '5315'")).toMatchObject({
      description: 'Fit pipes.',
      tasks: 'plan pipes\nfit pipes\nmend leaks',
      entry: 'Learn on the job.',
    });
    expect(await plainEnglishImporter.check(stage.reader, 1)).toContainEqual(
      expect.objectContaining({ passed: false, detail: expect.stringContaining('import it first') }),
    );
    stage.close();
  });

  it('explains a missing, changed or repeated line', async () => {
    const open = async (edit: Parameters<typeof editCsv>[1]) =>
      plainEnglishImporter.open([await editCsv(few, edit)], undefined);
    await expect(plainEnglishImporter.open([], undefined)).rejects.toThrow(
      'missing file: plain_occupation.csv',
    );
    await expect(open(shiftColumn(1))).rejects.toThrow('plain_occupation.csv, line 1: changed header');
    await expect(open(setCell(1, 0, '531'))).rejects.toThrow('line 2, column soc2020: found "531"');
    await expect(open(setCell(1, 2, 'one|two'))).rejects.toThrow(
      'line 2, column tasks: found "one|two", expected 3 phrases',
    );
    await expect(open(setCell(1, 1, ''))).rejects.toThrow('line 2, column description: empty');
    await expect(open(duplicateRow(1))).rejects.toThrow(
      'line 4: duplicate of plain_occupation.csv, line 2: 5315',
    );
  });
});
