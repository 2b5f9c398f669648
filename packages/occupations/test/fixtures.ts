import type { IndexEntry, OccupationGroup } from '../src';

/** A few real rows: title, natural title, SOC 2020, SOC 2010, then ADD, IND and default marker where they have one. */
const rows = `
Plumber|Plumber|5315|5314
Assistant, plumber's|Plumber's assistant|9129|9120
Nurse|Nurse|6131|6141|grade A, B
Nurse|Nurse|6133|6143||dental practice
Nurse|Nurse|2237|2231|||M
Nurse, dental|Dental nurse|6133|6143
Nurse, nursery|Nursery nurse|6111|6121|||O
Developer, software|Software developer|2134|2136
Driver, HGV|HGV driver|8211|8211
Driver, LGV|LGV driver|8211|8211
Driver, bus|Bus driver|8212|8213|||O
Driver, fork-lift|Fork-lift driver|8222|8222
Driver, taxi|Taxi driver|8213|8214
Instructor, driving|Driving instructor|8215|8215|||O
Assistant, teaching|Teaching assistant|3231|6125|qualified
Assistant, teaching|Teaching assistant|6112|6125|||M
Teacher, school, primary|Primary school teacher|2314|2315
Surgeon|Surgeon|2212|2211|||O
Neurosurgeon|Neurosurgeon|2212|2211|||O
Surgeon, tree|Tree surgeon|9112|9112
Barista|Barista|9266|9272
Electrician|Electrician|5241|5241|||M
Accountant|Accountant|2421|2421|qualified||QS
Accountant|Accountant|4122|4122|||M
Firefighter|Firefighter|3313|3313|||O
Officer, police|Police officer|9231|9241|non-statutory
Officer, police|Police officer|3312|3312|||M
Manager, sales|Sales manager|3556|3545
Manager, marketing|Marketing manager|2432|3545|||O
Manager|Manager|1221|1221||hotel
Waiter|Waiter|9264|9273|||M
Draughtsman|Draughtsman|3120|3122
Boss|Boss|}}}}|}}}}||||5330 8160
`;

export const entries: readonly IndexEntry[] = rows
  .trim()
  .split('\n')
  .map((line, at) => {
    const [title = '', naturalTitle = '', soc2020, soc2010, add, ind, mark, see] = line.split('|');
    return {
      seq: at + 1,
      title,
      naturalTitle,
      soc2020: soc2020 || null,
      soc2010: soc2010 || null,
      addQualifier: add || null,
      indQualifier: ind || null,
      defaultEntry: mark || null,
      seeCodes: see || null,
    };
  });

export const groups: readonly OccupationGroup[] = [
  { classification: 'soc2020', code: '2', level: 'major', title: 'Professional occupations' },
  {
    classification: 'soc2020',
    code: '2421',
    level: 'unit',
    title: 'Chartered and certified accountants',
    relatedTitles: ['Accountant (qualified)', 'Auditor (qualified)'],
    people: 1_000,
  },
  {
    classification: 'soc2020',
    code: '5315',
    level: 'unit',
    title: 'Plumbers and heating installers',
    people: 900,
  },
  {
    classification: 'soc2010',
    code: '5314',
    level: 'unit',
    title: 'Plumbers and heating engineers',
    people: 900,
  },
];
