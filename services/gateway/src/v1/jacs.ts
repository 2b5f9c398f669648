/**
 * The original's subjects: JACS principal subjects by code, with the subjects of the Common Aggregation Hierarchy (without
 * "CAH") that today's figures come from. Each of the latter stands with the one principal subject that its name says; the
 * assignment is this project's own. Subjects that nothing leads to are left out.
 */
const principalSubjects: readonly (readonly [code: string, name: string, cah: string])[] = [
  ['A1', 'Pre-clinical medicine', '01-01-01'],
  ['A3', 'Clinical medicine', '01-01-02 01-01-03'],
  ['A4', 'Clinical dentistry', '01-01-04'],
  ['B1', 'Anatomy, physiology & pathology', '02-05-04'],
  ['B2', 'Pharmacology, toxicology & pharmacy', '02-02-01 02-02-02 02-02-03'],
  ['B3', 'Complementary medicines, therapies & well-being', '02-06-06'],
  ['B4', 'Nutrition', '02-06-02'],
  ['B5', 'Ophthalmics', '02-06-03'],
  ['B7', 'Nursing', '02-04-01 02-04-02 02-04-03 02-04-04 02-04-05 02-04-06 02-04-07 02-04-08 02-04-09'],
  ['B8', 'Medical technology', '02-05-01 02-05-02'],
  [
    'B9',
    'Others in subjects allied to medicine',
    '02-05-03 02-06-01 02-06-04 02-06-05 02-06-07 03-01-09 15-04-03',
  ],
  ['C1', 'Biology', '03-01-02 03-01-03'],
  ['C2', 'Botany', '03-01-05'],
  ['C3', 'Zoology', '03-01-06'],
  ['C4', 'Genetics', '03-01-07'],
  ['C5', 'Microbiology', '03-01-04'],
  ['C6', 'Sport & exercise science', '03-02-01'],
  ['C7', 'Molecular biology, biophysics & biochemistry', '03-01-08'],
  ['C8', 'Psychology', '04-01-01 04-01-02 04-01-03 04-01-04 04-01-05'],
  ['C9', 'Others in biological sciences', '03-01-01 03-01-10'],
  ['D1', 'Pre-clinical veterinary medicine', '05-01-01 05-01-02'],
  ['D3', 'Animal science', '06-01-01'],
  ['D4', 'Agriculture', '06-01-03 06-01-04'],
  ['D5', 'Forestry & arboriculture', '06-01-05'],
  ['D6', 'Food & beverage studies', '06-01-06 06-01-07 06-01-08'],
  ['D7', 'Agricultural sciences', '06-01-02'],
  ['F0', 'Broadly-based programmes within physical sciences', '07-04-01 07-04-03 07-04-04'],
  ['F1', 'Chemistry', '07-02-01'],
  ['F2', 'Materials science', '10-03-07'],
  ['F3', 'Physics', '07-01-01'],
  ['F4', 'Forensic & archaeological sciences', '07-04-02'],
  ['F5', 'Astronomy', '07-01-02'],
  ['F6', 'Geology', '26-01-06'],
  ['F7', 'Science of aquatic & terrestrial environments', '26-01-04'],
  ['F8', 'Physical geographical sciences', '26-01-01 26-01-02 26-01-05'],
  ['G1', 'Mathematics', '09-01-01'],
  ['G2', 'Operational research', '09-01-02'],
  ['G3', 'Statistics', '09-01-03'],
  ['H1', 'General engineering', '10-01-01 10-01-06'],
  ['H2', 'Civil engineering', '10-01-07'],
  ['H3', 'Mechanical engineering', '10-01-02'],
  ['H4', 'Aerospace engineering', '10-01-04'],
  ['H5', 'Naval architecture', '10-01-05'],
  ['H6', 'Electronic & electrical engineering', '10-01-08'],
  ['H7', 'Production & manufacturing engineering', '10-01-03'],
  ['H8', 'Chemical, process & energy engineering', '10-01-09'],
  ['H9', 'Others in engineering', '10-01-10'],
  ['I1', 'Computer science', '11-01-01'],
  ['I2', 'Information systems', '11-01-02 11-01-03'],
  ['I3', 'Software engineering', '11-01-04'],
  ['I4', 'Artificial intelligence', '11-01-05'],
  ['I6', 'Games', '11-01-06'],
  ['I9', 'Others in computer sciences', '11-01-07 11-01-08'],
  ['J1', 'Minerals technology', '10-03-01'],
  ['J4', 'Polymers & textiles', '10-03-03'],
  ['J5', 'Materials technology not otherwise specified', '10-03-02'],
  ['J6', 'Maritime technology', '10-03-04'],
  ['J7', 'Biotechnology', '10-03-05'],
  ['J9', 'Others in technology', '10-03-06'],
  ['K1', 'Architecture', '13-01-01'],
  ['K2', 'Building', '13-01-02'],
  ['K3', 'Landscape & garden design', '13-01-03'],
  ['K4', 'Planning (urban, rural & regional)', '13-01-04'],
  ['L0', 'Broadly-based programmes within social studies', '15-01-01'],
  ['L1', 'Economics', '15-02-01'],
  ['L2', 'Politics', '15-03-01'],
  ['L3', 'Sociology', '15-01-02 15-01-06'],
  ['L4', 'Social policy', '15-01-03'],
  ['L5', 'Social work', '15-04-01 15-04-02'],
  ['L6', 'Anthropology', '15-01-04'],
  ['L7', 'Human & social geography', '26-01-03'],
  ['L8', 'Development studies', '15-01-05'],
  ['M1', 'Law by area', '16-01-01'],
  ['N1', 'Business studies', '17-01-01 17-01-02'],
  ['N2', 'Management studies', '17-01-04'],
  ['N3', 'Finance', '17-01-07'],
  ['N4', 'Accounting', '17-01-08'],
  ['N5', 'Marketing', '17-01-03'],
  ['N6', 'Human resource management', '17-01-05'],
  ['N8', 'Hospitality, leisure, sport, tourism & transport', '17-01-06'],
  ['N9', 'Others in business & administrative studies', '17-01-09'],
  ['P1', 'Information services', '24-01-01'],
  ['P2', 'Publicity studies', '24-01-02'],
  ['P3', 'Media studies', '24-01-05'],
  ['P4', 'Publishing', '24-01-03'],
  ['P5', 'Journalism', '24-01-04'],
  ['Q1', 'Linguistics', '19-01-07'],
  ['Q3', 'English studies', '19-01-01 19-01-02 19-01-03 19-01-04 19-01-06'],
  ['Q5', 'Celtic studies', '19-02-01 19-02-02 19-02-03 19-02-04'],
  ['Q8', 'Classical studies', '20-01-05'],
  ['R1', 'French studies', '19-04-01'],
  ['R2', 'German studies', '19-04-02'],
  ['R3', 'Italian studies', '19-04-03'],
  ['R4', 'Spanish studies', '19-04-04'],
  ['R7', 'Russian & East European studies', '19-04-05'],
  ['R9', 'Others in European languages, literature & related subjects', '19-04-09'],
  ['T4', 'Other Asian studies', '19-04-06'],
  ['T5', 'African studies', '19-04-07'],
  ['T7', 'American studies', '19-04-08'],
  ['V1', 'History by period', '20-01-01'],
  ['V3', 'History by topic', '20-01-02'],
  ['V4', 'Archaeology', '20-01-03'],
  ['V5', 'Philosophy', '20-02-01'],
  ['V6', 'Theology & religious studies', '20-02-02'],
  ['V7', 'Heritage studies', '20-01-04'],
  ['W0', 'Broadly-based programmes within creative arts & design', '25-01-01'],
  ['W1', 'Fine art', '25-01-02'],
  ['W2', 'Design studies', '25-01-03'],
  ['W3', 'Music', '25-02-02'],
  ['W4', 'Drama', '25-02-01 25-02-03'],
  ['W5', 'Dance', '25-02-04'],
  ['W6', 'Cinematics & photography', '25-01-04'],
  ['W8', 'Imaginative writing', '19-01-05'],
  ['W9', 'Others in creative arts & design', '25-01-05'],
  ['X1', 'Training teachers', '22-01-02'],
  ['X3', 'Academic studies in education', '22-01-01'],
  ['Y0', 'Combined', '23-01-01 23-01-02 23-01-03 23-01-04'],
];

export interface PrincipalSubject {
  readonly code: string;
  readonly name: string;
  /** Codes of the Common Aggregation Hierarchy, level 3. */
  readonly subjects: readonly string[];
}

export const jacsSubjects: readonly PrincipalSubject[] = principalSubjects.map(([code, name, cah]) => ({
  code,
  name,
  subjects: cah.split(' ').map((subject) => `CAH${subject}`),
}));

const bySubject = new Map(
  jacsSubjects.flatMap((principal) => principal.subjects.map((subject) => [subject, principal] as const)),
);
const byCode = new Map(jacsSubjects.map((principal) => [principal.code, principal]));

/** The principal subject that a subject of level 3 stands with. */
export function principalOf(subject: string): PrincipalSubject | undefined {
  return bySubject.get(subject);
}

export function principalByCode(code: string): PrincipalSubject | undefined {
  return byCode.get(code.trim().toUpperCase());
}
