/** The files that importer tests read: the fixtures always, the whole official files where they are at hand. */
import { join } from 'node:path';
import { findSources, type DatasetImporter, type SourceFile } from '@lmi/importing';
import { officialSources } from '@lmi/importing/testing';

export async function fixturesOf(importer: DatasetImporter): Promise<SourceFile[]> {
  const files = await findSources(join(__dirname, '../fixtures', importer.card.id));
  return files.filter((file) => importer.accepts(file));
}

export async function officialFilesOf(importer: DatasetImporter): Promise<SourceFile[]> {
  const folders = importer.defaultFolders.map((folder) => findSources(join(officialSources!, folder)));
  return (await Promise.all(folders)).flat().filter((file) => importer.accepts(file));
}

/** Where the same test runs: on the fixtures, and on the official files when LMI_SOURCES names their folder. */
export const layouts: [string, (importer: DatasetImporter) => Promise<SourceFile[]>][] = [
  ['fixtures', fixturesOf],
  ...(officialSources ? [['official files', officialFilesOf] as [string, typeof officialFilesOf]] : []),
];
