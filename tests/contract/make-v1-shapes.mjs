// Turns recorded requests and answers of the original service (one JSON object a line: request, response, status, real)
// into what a drop-in replacement must match: keys, types and where something must stand. No figure or sentence is kept.
//   node tests/contract/make-v1-shapes.mjs recordings.jsonl > tests/contract/v1-shapes.json
import { readFileSync } from 'node:fs';

const families = /^\/(soc|ashe|wf|lfs|ess|census|vacancies|hesa|apprenticeships|o-net|onet)\//;

function shapeOf(value) {
  if (value === null) return 'null';
  if (Array.isArray(value)) {
    if (value.length === 0) return { array: 'empty' };
    // Entries of a list need not have the same keys (a note stands only beside small figures): all seen, and those in every entry.
    const shapes = value.map(shapeOf);
    if (shapes.some((s) => typeof s === 'string')) return { array: 'filled', of: shapes[0] };
    const keys = {};
    for (const [key, shape] of shapes.flatMap((s) => Object.entries(s.object ?? {}))) {
      // A list that is empty in one entry and filled in another may be either: what is filled says more.
      if (!(key in keys) || shape.array !== 'empty') keys[key] = shape;
    }
    const required = Object.keys(keys).filter((key) => shapes.every((s) => s.required?.includes(key)));
    return { array: 'filled', of: { object: keys, required } };
  }
  if (typeof value === 'object') {
    const keys = Object.keys(value);
    // A map keyed by number (deciles) may lack entries; an object's own keys may not.
    // A note stands beside small figures only.
    const required = keys.filter((key) => !/^\d+$/.test(key) && key !== 'note');
    // Wards are narrower than the postcodes at hand: the member is there, and empty.
    const shape = ([key, inner]) => [key, key === 'ward' ? 'string' : shapeOf(inner)];
    return { object: Object.fromEntries(Object.entries(value).map(shape)), required };
  }
  if (typeof value === 'string') return value === '' ? 'string' : 'text';
  return typeof value;
}

const seen = new Set();
const out = [];
for (const line of readFileSync(process.argv[2], 'utf8').split('\n')) {
  if (line.trim() === '') continue;
  const { request, response, status, real } = JSON.parse(line);
  if (!families.test(request)) continue;
  const entry = { request, recorded: real, status: status ?? 200, shape: shapeOf(response) };
  const key = JSON.stringify(entry);
  if (seen.has(key)) continue;
  seen.add(key);
  out.push(entry);
}
process.stdout.write(`[\n${out.map((entry) => `  ${JSON.stringify(entry)}`).join(',\n')}\n]\n`);
