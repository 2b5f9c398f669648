/** The files of dataset `areas`, each read and checked on its own. */
import {
  expectHeader,
  expectMatch,
  expectOneOf,
  expectText,
  layoutError,
  plainText,
  readCsv,
  readWorkbook,
  UniqueKeys,
  type SourceFile,
} from '@lmi/importing';

export interface Area {
  readonly code: string;
  readonly name: string;
  readonly type: string;
  readonly parent: string | null;
}

/** ONS code prefixes that figures are given for, with our name of the type. Wards, parishes and seats are left out. */
const types: Readonly<Record<string, string>> = {
  K02: 'country',
  E92: 'nation',
  W92: 'nation',
  S92: 'nation',
  N92: 'nation',
  E12: 'region',
  E10: 'county',
  E06: 'district',
  E07: 'district',
  E08: 'district',
  E09: 'district',
  W06: 'district',
  S12: 'district',
  N09: 'district',
  E47: 'combined-authority',
};

const onsCode = /^[A-Z]\d{8}$/;

/** The ONS list of areas; parents are not known yet. */
export async function readAreaList(file: SourceFile): Promise<{ areas: Area[]; rowsRead: number }> {
  const table = await readCsv(file, { columns: ['areacd', 'areanm', 'parentcd'] });
  const codes = new UniqueKeys((row) => table.place(row, 'areacd'));
  const areas: Area[] = [];
  table.rows.forEach(([areacd, areanm], row) => {
    const code = expectMatch(
      areacd,
      onsCode,
      () => table.place(row, 'areacd'),
      'an ONS area code like E06000001',
    );
    codes.add(code, row);
    const type = types[code.slice(0, 3)];
    if (!type) return;
    const name = expectText(areanm, () => table.place(row, 'areanm'), 'an area name');
    areas.push({ code, name, type, parent: null });
  });
  return { areas, rowsRead: table.rows.length };
}

/** ITL 1 areas of England are its regions. */
const regionOfItl: Readonly<Record<string, string>> = {
  TLC: 'E12000001',
  TLD: 'E12000002',
  TLE: 'E12000003',
  TLF: 'E12000004',
  TLG: 'E12000005',
  TLH: 'E12000006',
  TLI: 'E12000007',
  TLJ: 'E12000008',
  TLK: 'E12000009',
};

/** Region of each English district, from the first letters of its ITL 3 code. */
export async function readRegionsOfDistricts(file: SourceFile): Promise<Map<string, string>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse((await file.read()).toString('utf8'));
  } catch (cause) {
    throw layoutError(
      file.name,
      `damaged or cut short: ${cause instanceof Error ? cause.message : 'no JSON'}`,
    );
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw layoutError(file.name, 'expected an object with one entry per district');
  }
  const regions = new Map<string, string>();
  for (const [district, entry] of Object.entries(parsed)) {
    const place = `${file.name}, district ${district}`;
    const itl = (entry as { code?: unknown } | null)?.code;
    if (typeof itl !== 'string' || !/^TL[C-N][0-9A-Z]{2}$/.test(itl)) {
      throw layoutError(place, `unknown code: found "${String(itl)}", expected an ITL 3 code like TLC31`);
    }
    const region = regionOfItl[itl.slice(0, 3)];
    if (region) regions.set(district, region);
  }
  return regions;
}

/** Districts of 2022 that became part of another one by 2023. */
export async function readDistrictSuccessors(file: SourceFile): Promise<Map<string, string>> {
  const sheet = (await readWorkbook(file)).sheet('Local_Authority_District_(2022)');
  expectHeader(sheet, 0, ['LAD22CD', 'LAD22NM', 'LAD23CD', 'LAD23NM']);
  const successors = new Map<string, string>();
  for (let row = 1; row < sheet.rows.length; row++) {
    if (sheet.rows[row]!.every((cell) => plainText(cell) === '')) continue;
    const code = (at: number): string =>
      expectMatch(sheet.at(row, at), onsCode, () => sheet.place(row, at), 'a district code');
    if (code(0) !== code(2)) successors.set(code(0), code(2));
  }
  return successors;
}

export interface LsipRow {
  readonly district: string;
  /** Name of the local skills improvement plan area. */
  readonly name: string;
  readonly place: string;
}

/** Districts of 2023 with their local skills improvement plan area. */
export async function readLsipLookup(file: SourceFile): Promise<LsipRow[]> {
  const sheet = (await readWorkbook(file)).sheet('LA Districts to LSIPs');
  expectHeader(sheet, 0, ['LAD23CD', 'LAD23NM', 'LSIP23CD', 'LSIP23NM']);
  const districts = new UniqueKeys((row) => sheet.place(row, 0));
  const rows: LsipRow[] = [];
  for (let row = 1; row < sheet.rows.length; row++) {
    if (sheet.rows[row]!.every((cell) => plainText(cell) === '')) continue;
    const place = (at: number) => () => sheet.place(row, at);
    const district = expectMatch(sheet.at(row, 0), onsCode, place(0), 'a district code');
    districts.add(district, row);
    expectMatch(sheet.at(row, 2), onsCode, place(2), 'an LSIP code like E69000002');
    rows.push({
      district,
      name: expectText(sheet.at(row, 3), place(3), 'an LSIP name'),
      place: sheet.place(row, 3),
    });
  }
  return rows;
}

export interface CombinedAuthorities {
  /** Year of the districts. */
  readonly edition: string;
  readonly members: readonly { readonly district: string; readonly area: string }[];
}

/** Districts with their combined authority; the header tells the year: LAD25CD. */
export async function readCombinedAuthorities(file: SourceFile): Promise<CombinedAuthorities> {
  const header = (await file.read()).toString('utf8').split('\n', 1)[0] ?? '';
  const year = /LAD(\d\d)CD/.exec(header)?.[1] ?? '25';
  const columns = [`LAD${year}CD`, `LAD${year}NM`, `CAUTH${year}CD`, `CAUTH${year}NM`];
  const table = await readCsv(file, { columns, allowExtra: true });
  const districts = new UniqueKeys((row) => table.place(row, columns[0]));
  const members = table.rows.map((values, row) => {
    const district = expectMatch(values[0], onsCode, () => table.place(row, columns[0]), 'a district code');
    districts.add(district, row);
    const area = expectMatch(
      values[2],
      /^E47\d{6}$/,
      () => table.place(row, columns[2]),
      'a combined authority code',
    );
    return { district, area };
  });
  return { edition: `20${year}`, members };
}

/** England is in the list of ONS areas; the projections call it EN. */
const england = 'EN';

/** Areas of the projections: local enterprise partnerships, skills improvement areas, mayoral authorities. */
export async function readProjectionAreas(file: SourceFile): Promise<Area[]> {
  const table = await readCsv(file, { columns: ['area', 'type', 'name'], allowExtra: true });
  const codes = new UniqueKeys((row) => table.place(row, 'area'));
  const areas: Area[] = [];
  table.rows.forEach((values, row) => {
    const code = expectMatch(
      values[0],
      /^[A-Z0-9]{2}(_(LEP|LSIP|MCA))?$/,
      () => table.place(row, 'area'),
      'an area like BC_LEP',
    );
    codes.add(code, row);
    const type = expectOneOf(values[1], ['ENG', 'LEP', 'LSIP', 'MCA'], () => table.place(row, 'type'));
    if (code === england) return;
    const name = expectText(values[2], () => table.place(row, 'name'), 'an area name');
    areas.push({ code, name, type: type.toLowerCase(), parent: 'E92000001' });
  });
  return areas;
}
