/**
 * Reads the XML form of the Discover Uni dataset (kis.xml): providers hold courses, courses hold their figures. An extract
 * that begins with INSTITUTION instead of KIS is read too. Parsed as a stream: the whole file is hundreds of megabytes.
 */
import { layoutError, type SourceFile } from '@lmi/importing';
import type { LmiError } from '@lmi/kit';
import { SaxesParser } from 'saxes';
import { outcomeKinds, unavailableReasons } from '../outcome-kinds';
import { aggregationCode, figureOf, newCourse, subjectCode, ukprn } from './discover-uni-csv';
import {
  modeOf,
  periodOf,
  type CourseRecord,
  type DiscoverUni,
  type JobListRecord,
  type LocationRecord,
  type OutcomeRecord,
  type ProviderRecord,
} from './records';

/** An element with the text of its leaves and its child elements by name. */
interface Node {
  readonly name: string;
  readonly line: number;
  readonly children: Node[];
  text: string;
}

const chunkBytes = 1 << 20;
/** Elements kept whole and handed over when they end; what holds them is forgotten as it goes. */
const units = new Set(['KISCOURSE', 'LOCATION', 'KISAIM']);
const structure = new Set(['KIS', 'INSTITUTION', ...units]);

interface Handlers {
  institution(fields: ReadonlyMap<string, string>, line: number): void;
  unit(node: Node, institution: ReadonlyMap<string, string>): void;
}

/** @throws LmiError invalid-argument naming file and line for text that is not well formed or another structure. */
async function parseKis(file: SourceFile, handlers: Handlers): Promise<void> {
  const parser = new SaxesParser({ fileName: file.name });
  const stack: Node[] = [];
  let institution = new Map<string, string>();
  let announced = false;
  let seen = false;
  const fail = (problem: string): LmiError => layoutError(`${file.name}, line ${parser.line}`, problem);
  const announce = (): void => {
    if (announced) return;
    announced = true;
    handlers.institution(institution, parser.line);
  };
  parser.on('error', (error) => {
    throw fail(`not well-formed XML: ${error.message.replace(/^.*?:\d+:\d+: /, '')}`);
  });
  parser.on('opentag', ({ name }) => {
    if (stack.length === 0 && name !== 'KIS' && name !== 'INSTITUTION') {
      throw fail(`found <${name}>, expected <KIS> or <INSTITUTION> of the Discover Uni dataset`);
    }
    if (name === 'INSTITUTION') {
      institution = new Map();
      announced = false;
      seen = true;
    }
    if (name === 'KISCOURSE') announce();
    const node: Node = { name, line: parser.line, children: [], text: '' };
    // Parents that are handed over piece by piece keep no children.
    const parent = stack.at(-1);
    if (parent && (!structure.has(parent.name) || units.has(parent.name))) parent.children.push(node);
    stack.push(node);
  });
  const addText = (text: string): void => {
    const node = stack.at(-1);
    if (node) node.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const node = stack.pop()!;
    const parent = stack.at(-1);
    if (units.has(node.name) && parent && !units.has(parent.name)) handlers.unit(node, institution);
    else if (node.name === 'INSTITUTION') announce();
    else if (parent?.name === 'INSTITUTION') institution.set(node.name, node.text.trim());
  });
  const content = await file.read();
  const decoder = new TextDecoder('utf-8');
  for (let at = 0; at < content.length; at += chunkBytes) {
    parser.write(decoder.decode(content.subarray(at, at + chunkBytes), { stream: true }));
  }
  parser.write(decoder.decode());
  parser.close();
  if (stack.length > 0) throw fail(`cut short: <${stack.at(-1)!.name}> is not closed`);
  if (!seen) throw fail('no <INSTITUTION> in the file');
}

function textOf(node: Node, name: string): string {
  return node.children.find((child) => child.name === name)?.text.trim() ?? '';
}

function textsOf(node: Node, name: string): string[] {
  return node.children.filter((child) => child.name === name).map(({ text }) => text.trim());
}

function readCourse(file: string, node: Node, institution: ReadonlyMap<string, string>): CourseRecord {
  const place = (line: number, what: string) => `${file}, line ${line}, ${what}`;
  const must = (name: string, pattern: RegExp, what: string): string => {
    const text = textOf(node, name);
    if (pattern.test(text)) return text;
    throw layoutError(place(node.line, name), `found "${text}", expected ${what}`);
  };
  const course = newCourse(
    institution.get('PUBUKPRN') ?? '',
    institution.get('UKPRN') ?? '',
    must('KISCOURSEID', /^.{1,64}$/, 'a course id'),
    modeOf(must('KISMODE', /^0?[123]$/, 'a mode from 1 to 3')),
  );
  course.title = must('TITLE', /./, 'a title').slice(0, 255);
  course.level = textOf(node, 'KISLEVEL').padStart(2, '0').replace(/^00$/, '');
  for (const subject of textsOf(node, 'SBJ')) {
    if (!subjectCode.test(subject)) {
      throw layoutError(
        place(node.line, 'SBJ'),
        `found "${subject}", expected a subject code such as CAH10-01-02`,
      );
    }
    course.subjects.push(subject);
  }
  if (course.subjects.length === 0) throw layoutError(place(node.line, 'SBJ'), 'a course without a subject');
  course.hecos.push(...textsOf(node, 'HECOS').slice(0, 5));
  for (const location of node.children.filter(({ name }) => name === 'COURSELOCATION')) {
    course.locations.push(...textsOf(location, 'LOCID'));
    for (const code of textsOf(location, 'UCASCOURSEID'))
      if (!course.ucas.includes(code)) course.ucas.push(code);
  }
  for (const kind of outcomeKinds) {
    for (const entity of node.children.filter(({ name }) => name === kind.entity)) {
      const field = (name: string): string => textOf(entity, kind.prefix + name);
      const at = (name: string) => () => place(entity.line, kind.prefix + name);
      const reason = field('UNAVAILREASON');
      if (!unavailableReasons.some((known) => known === reason)) {
        throw layoutError(
          at('UNAVAILREASON'),
          `found "${reason}", expected one of: ${unavailableReasons.join(', ')}`,
        );
      }
      const aggregation = field('AGG');
      if (aggregation !== '' && !aggregationCode.test(aggregation)) {
        throw layoutError(
          at('AGG'),
          `found "${aggregation}", expected an aggregation code (years pooled, level)`,
        );
      }
      const number = (name: string): number | null => {
        const text = field(name);
        if (!/^\d*$/.test(text)) throw layoutError(at(name), `found "${text}", expected a number`);
        return text === '' ? null : Number(text);
      };
      const outcome: OutcomeRecord = {
        kind: kind.kind,
        reason,
        subject: field('SBJ'),
        aggregation,
        period: periodOf(field('AGGYEAR')),
        population: number('POP'),
        responseRate: number('RESP_RATE'),
        figures:
          aggregation === ''
            ? []
            : kind.items.map(([name]) =>
                figureOf(kind.unit, textOf(entity, name), () => place(entity.line, name)),
              ),
      };
      course.outcomes.push(outcome);
    }
  }
  return course;
}

/** Providers and courses; the national tables by subject are in the CSV form only as far as they are read here. */
export async function readDiscoverUniXml(file: SourceFile): Promise<DiscoverUni> {
  const providers = new Map<string, ProviderRecord>();
  const locations: LocationRecord[] = [];
  const courses = new Map<string, CourseRecord>();
  const awards = new Map<string, string>();
  const aims = new Map<CourseRecord, string>();
  let newest = '';
  await parseKis(file, {
    institution(fields, line) {
      const provider = fields.get('PUBUKPRN') ?? '';
      if (!ukprn.test(provider)) {
        throw layoutError(
          `${file.name}, line ${line}, PUBUKPRN`,
          `found "${provider}", expected a provider number of 8 digits`,
        );
      }
      // Editions before 2021 have no names; the number then stands for itself.
      const name = fields.get('FIRST_TRADING_NAME') || fields.get('LEGAL_NAME') || `UKPRN ${provider}`;
      if (!providers.has(provider)) {
        providers.set(provider, {
          provider,
          name: name.slice(0, 255),
          country: fields.get('PUBUKPRNCOUNTRY') ?? '',
        });
      }
    },
    unit(node, institution) {
      if (node.name === 'KISAIM') awards.set(textOf(node, 'KISAIMCODE'), textOf(node, 'KISAIMLABEL'));
      else if (node.name === 'LOCATION') {
        const degrees = (name: string): number | null => {
          const text = textOf(node, name);
          return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null;
        };
        locations.push({
          ukprn: textOf(node, 'UKPRN'),
          location: textOf(node, 'LOCID'),
          name: textOf(node, 'LOCNAME').slice(0, 255),
          latitude: degrees('LATITUDE'),
          longitude: degrees('LONGITUDE'),
        });
      } else {
        const course = readCourse(file.name, node, institution);
        const id = `${course.provider}-${course.mode}-${course.course}`;
        if (courses.has(id)) throw layoutError(`${file.name}, line ${node.line}`, `duplicate course: ${id}`);
        courses.set(id, course);
        aims.set(course, textOf(node, 'KISAIMCODE'));
        for (const { period } of course.outcomes) if (period > newest) newest = period;
      }
    },
  });
  if (courses.size === 0) throw layoutError(file.name, 'no <KISCOURSE> in the file');
  for (const [course, aim] of aims) course.award = awards.get(aim) ?? null;
  const used = new Set([...courses.values()].map(({ ukprn: of }) => of));
  return {
    edition: newest.slice(0, 4),
    providers: [...providers.values()],
    locations: locations.filter((location) => used.has(location.ukprn)),
    courses: [...courses.values()],
    earnings: [],
    rows: courses.size,
  };
}

/** The common jobs of each course's leavers. */
export async function readJobListsXml(file: SourceFile): Promise<JobListRecord[]> {
  const lists: JobListRecord[] = [];
  await parseKis(file, {
    institution: () => undefined,
    unit(node, institution) {
      if (node.name !== 'KISCOURSE') return;
      const own = textsOf(node, 'SBJ');
      for (const common of node.children.filter(({ name }) => name === 'COMMON')) {
        const place = `${file.name}, line ${common.line}`;
        const aggregation = textOf(common, 'COMAGG');
        const jobs = common.children
          .filter(({ name }) => name === 'JOBLIST')
          .map((job) => {
            const percent = figureOf(
              'percent',
              textOf(job, 'PERC'),
              () => `${file.name}, line ${job.line}, PERC`,
            );
            if (percent === null)
              throw layoutError(`${file.name}, line ${job.line}, PERC`, 'empty, expected a percentage');
            return { label: textOf(job, 'JOB'), percent };
          });
        if (aggregation === '' || jobs.length === 0) continue;
        if (!aggregationCode.test(aggregation)) {
          throw layoutError(`${place}, COMAGG`, `found "${aggregation}", expected an aggregation code`);
        }
        const population = textOf(common, 'COMPOP');
        if (!/^\d+$/.test(population))
          throw layoutError(`${place}, COMPOP`, `found "${population}", expected a number`);
        const subject = textOf(common, 'COMSBJ');
        lists.push({
          provider: institution.get('PUBUKPRN') ?? '',
          course: `${textOf(node, 'KISCOURSEID')} ${textOf(node, 'KISMODE')}`,
          subjects: subject === '' ? own : [subject],
          aggregation,
          period: periodOf(textOf(common, 'COMAGGYEAR')),
          population: Number(population),
          jobs,
          place,
        });
      }
    },
  });
  return lists;
}
