/**
 * Dataset `esco-skills`: ESCO's skill groups, and how the skills of each occupation group spread over them. Reads the
 * CSV layout of the open taxonomy model (one file per kind of object and relation).
 */
import {
  checkThat,
  expectMatch,
  expectOneOf,
  expectText,
  layoutError,
  readCsv,
  rowCount,
  UniqueKeys,
  type CsvTable,
  type DatasetImporter,
  type SourceFile,
} from '@lmi/importing';
import { LmiError, type SqlValue } from '@lmi/kit';
import { pickFile, refuseOtherEdition } from '../../importers/sources';

const files = {
  model: 'model_info.csv',
  groups: 'occupation_groups.csv',
  skillGroups: 'skill_groups.csv',
  skillHierarchy: 'skill_hierarchy.csv',
  occupationHierarchy: 'occupation_hierarchy.csv',
  relations: 'occupation_to_skill_relations.csv',
} as const;

const groupColumns = ['isco08', 'name'] as const;
const skillGroupColumns = ['code', 'name', 'parent'] as const;
const shareColumns = ['isco08', 'skill_group', 'essential', 'optional'] as const;

const hierarchy = ['PARENTOBJECTTYPE', 'PARENTID', 'CHILDID', 'CHILDOBJECTTYPE'];

/** Shares are told for the groups of this depth: "S1.2", "T3", "L1", and "K06" for a broad field of knowledge. */
const shareGroup = /^(?:S\d+\.\d+|[TL]\d+|K\d\d)$/;

/**
 * The relations between occupations and skills are optional files: without them the groups are served, and shares are
 * not available.
 */
export const escoImporter: DatasetImporter = {
  card: {
    id: 'esco-skills',
    title: 'ESCO skill groups',
    publisher: 'European Commission',
    licence: 'CC-BY-4.0',
    licenceUrl: 'https://creativecommons.org/licenses/by/4.0/',
    attribution:
      'This service uses the ESCO classification of the European Commission. CSV edition by Tabiya, CC BY 4.0',
    sourceUrl: 'https://esco.ec.europa.eu/en/use-esco/download',
    cadence: 'yearly',
    description:
      'The European classification of skills: groups of skills in a hierarchy, the occupation groups of ISCO-08, and, ' +
      'where the relations are loaded, how the skills of an occupation group spread over the skill groups.',
    caveats: [
      'ESCO says which skills an occupation has, not how important they are.',
      'Occupation groups are those of ISCO-08, which are broader than unit groups of SOC 2020.',
      'The bundled extract has no relations between occupations and skills: shares are not available until they are loaded.',
    ],
    gaps: [
      {
        what: 'Shares of skill groups by occupation',
        why: 'The relations between occupations and skills are not in the bundled extract; import the whole set of files.',
      },
    ],
    dependsOn: [],
    derived: false,
  },
  version: 1,
  tables: { esco_group: groupColumns, esco_skill_group: skillGroupColumns, esco_share: shareColumns },
  withheld: {},
  defaultFolders: ['esco-skills'],

  accepts: ({ name }) => Object.values<string>(files).includes(name),

  async open(found, asked) {
    const file = (part: keyof typeof files): SourceFile | undefined =>
      pickFile(found, new RegExp(`^${files[part].replaceAll('.', '\\.')}$`), files[part]);
    const required = (part: keyof typeof files): SourceFile => {
      const picked = file(part);
      if (picked) return picked;
      const names = found.map(({ name }) => name).join(', ') || 'none';
      throw new LmiError(
        'invalid-argument',
        `missing file: ${files[part]}; files found for esco-skills: ${names}`,
        { field: 'from' },
      );
    };
    const model = required('model');
    const edition = await readModelEdition(model);
    refuseOtherEdition(model, edition, asked);
    const groups = await readGroups(required('groups'));
    const parents = await readCsv(required('skillHierarchy'), { columns: hierarchy });
    const skillGroups = await readSkillGroups(required('skillGroups'), parents);
    const occupationHierarchy = file('occupationHierarchy');
    const relations = file('relations');
    const shares =
      occupationHierarchy && relations
        ? await readShares(occupationHierarchy, relations, groups, skillGroups, parents)
        : [];
    return {
      edition,
      async load(context) {
        context.rowsRead(groups.size + skillGroups.size + shares.length);
        const units = [...groups.values()].filter(({ code }) => /^\d{4}$/.test(code));
        await context.sink.insert(
          'esco_group',
          groupColumns,
          units.map(({ code, name }): SqlValue[] => [code, name]),
        );
        await context.sink.insert(
          'esco_skill_group',
          skillGroupColumns,
          [...skillGroups.values()].map(({ code, name }): SqlValue[] => [code, name, parentOf(code)]),
        );
        await context.sink.insert('esco_share', shareColumns, shares);
        context.progress(1);
      },
    };
  },

  async check(reader, releaseId) {
    const lost = await reader.all<{ code: string }>(
      "SELECT code FROM esco_skill_group WHERE release_id = ? AND parent <> '' AND parent NOT IN " +
        '(SELECT code FROM esco_skill_group WHERE release_id = ?)',
      [releaseId, releaseId],
    );
    const stray = await reader.all<{ code: string }>(
      'SELECT DISTINCT isco08 AS code FROM esco_share WHERE release_id = ? AND isco08 NOT IN ' +
        '(SELECT isco08 FROM esco_group WHERE release_id = ?)',
      [releaseId, releaseId],
    );
    return [
      await rowCount(reader, releaseId, 'esco_group', { atLeast: 426 }),
      await rowCount(reader, releaseId, 'esco_skill_group', { atLeast: 600 }),
      checkThat(
        'esco_skill_group: no group without its parent',
        lost.length === 0,
        lost.map(({ code }) => code).join(', ') || 'none',
      ),
      checkThat(
        'esco_share: every occupation group is known',
        stray.length === 0,
        stray.map(({ code }) => code).join(', ') || 'all',
      ),
    ];
  },
};

interface Group {
  readonly code: string;
  readonly name: string;
}

async function readModelEdition(file: SourceFile): Promise<string> {
  const table = await readCsv(file, {
    columns: ['UUIDHISTORY', 'NAME', 'LOCALE', 'DESCRIPTION', 'VERSION', 'RELEASED', 'RELEASENOTES'],
  });
  const name = table.rows[0]?.[1] ?? '';
  const edition = /^ESCO v(\d+(?:\.\d+)+)/.exec(name)?.[1];
  if (!edition) throw layoutError(table.place(0, 'NAME'), `found "${name}", expected "ESCO v1.1.1"`);
  return edition;
}

/** By the id that relations use. */
async function readGroups(file: SourceFile): Promise<Map<string, Group>> {
  const columns = [
    'ORIGINURI',
    'ID',
    'UUIDHISTORY',
    'CODE',
    'GROUPTYPE',
    'PREFERREDLABEL',
    'ALTLABELS',
    'DESCRIPTION',
  ];
  const table = await readCsv(file, { columns });
  const codes = new UniqueKeys((row) => table.place(row));
  const groups = new Map<string, Group>();
  table.rows.forEach(([, id, , code, type, label], row) => {
    expectOneOf(type, ['iscogroup', 'localgroup'], () => table.place(row, 'GROUPTYPE'));
    if (type !== 'iscogroup') return;
    expectMatch(code, /^\d{1,4}$/, () => table.place(row, 'CODE'), 'an ISCO-08 code of 1 to 4 digits');
    codes.add(code!, row);
    const name = expectText(label, () => table.place(row, 'PREFERREDLABEL'), 'a name');
    groups.set(id!, { code: code!, name });
  });
  return groups;
}

/** By the id that relations use. Fields of knowledge have the code of ISCED-F in their address: it is put after "K". */
async function readSkillGroups(file: SourceFile, parents: CsvTable): Promise<Map<string, Group>> {
  const columns = [
    'ORIGINURI',
    'ID',
    'UUIDHISTORY',
    'CODE',
    'PREFERREDLABEL',
    'ALTLABELS',
    'DESCRIPTION',
    'SCOPENOTE',
  ];
  const table = await readCsv(file, { columns });
  const codes = new UniqueKeys((row) => table.place(row));
  const groups = new Map<string, Group>();
  table.rows.forEach(([address, id, , own, label], row) => {
    const field = /\/isced-f\/(\d{2,4})$/.exec(address!)?.[1];
    const code = own === '' && field ? `K${field}` : own!;
    expectMatch(
      code,
      /^[A-Z](?:\d+(?:\.\d+)*)?$/,
      () => table.place(row, 'CODE'),
      'a skill group code like S1.2.3',
    );
    codes.add(code, row);
    groups.set(id!, {
      code,
      name: expectText(label, () => table.place(row, 'PREFERREDLABEL'), 'a name'),
    });
  });
  parents.rows.forEach(([parentType, parent, child, childType], row) => {
    for (const [type, id] of [
      [parentType, parent],
      [childType, child],
    ] as const) {
      expectOneOf(type, ['skillgroup', 'skill'], () => parents.place(row));
      if (type === 'skillgroup' && !groups.has(id!)) {
        throw layoutError(() => parents.place(row), `found "${id!}", which ${file.name} does not hold`);
      }
    }
  });
  return groups;
}

/** "S1.2.3" lies in "S1.2", "S1" in "S", "K061" in "K06", "K06" in "K"; '' at the top. */
function parentOf(code: string): string {
  if (code.includes('.')) return code.slice(0, code.lastIndexOf('.'));
  if (code.length > 3) return code.slice(0, -1);
  return code.length > 1 ? code.slice(0, 1) : '';
}

/** Relations per unit group of ISCO-08 and skill group. A skill that lies in several groups counts in each. */
async function readShares(
  hierarchyFile: SourceFile,
  relationFile: SourceFile,
  groups: ReadonlyMap<string, Group>,
  skillGroups: ReadonlyMap<string, Group>,
  skillParents: CsvTable,
): Promise<SqlValue[][]> {
  const above = parentsOf(await readCsv(hierarchyFile, { columns: hierarchy }));
  const aboveSkill = parentsOf(skillParents);
  const iscoOf = memo((id: string): string | undefined => {
    const code = groups.get(id)?.code;
    if (code !== undefined) return /^\d{4}$/.test(code) ? code : undefined;
    const parent = above.get(id)?.[0];
    return parent === undefined ? undefined : iscoOf(parent);
  });
  const groupsOf = memo((id: string): readonly string[] => {
    const code = skillGroups.get(id)?.code ?? '';
    if (shareGroup.test(code)) return [code];
    return [...new Set((aboveSkill.get(id) ?? []).flatMap((parent) => groupsOf(parent)))];
  });
  const table = await readCsv(relationFile, {
    columns: ['OCCUPATIONTYPE', 'OCCUPATIONID', 'RELATIONTYPE', 'SKILLID'],
    allowExtra: true,
  });
  const counts = new Map<string, { essential: number; optional: number }>();
  table.rows.forEach(([, occupation, relation, skill], row) => {
    if (relation === '') return;
    const kind = expectOneOf(relation, ['essential', 'optional'], () => table.place(row, 'RELATIONTYPE'));
    const isco = iscoOf(occupation!);
    if (isco === undefined) {
      throw layoutError(() => table.place(row, 'OCCUPATIONID'), `"${occupation!}" lies in no ISCO-08 group`);
    }
    for (const group of groupsOf(skill!)) {
      const key = `${isco} ${group}`;
      const count = counts.get(key) ?? { essential: 0, optional: 0 };
      count[kind as 'essential' | 'optional'] += 1;
      counts.set(key, count);
    }
  });
  return [...counts].map(([key, { essential, optional }]) => [...key.split(' '), essential, optional]);
}

function parentsOf(table: CsvTable): Map<string, string[]> {
  const parents = new Map<string, string[]>();
  for (const [, parent, child] of table.rows) {
    const known = parents.get(child!);
    if (known) known.push(parent!);
    else parents.set(child!, [parent!]);
  }
  return parents;
}

function memo<T>(make: (id: string) => T): (id: string) => T {
  const made = new Map<string, T>();
  return (id) => {
    if (!made.has(id)) made.set(id, make(id));
    return made.get(id)!;
  };
}
