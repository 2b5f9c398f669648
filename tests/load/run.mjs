// `npm run bench [embedded]`, `npm run bench -- cluster [section…]`, `npm run bench -- sweep` and `npm run bench -- telemetry`: the budgets of both shapes, each against a peer in the
// same run. Loopback only, bounded. ROUNDS=1 for a quick look.
const shapes = ['embedded', 'cluster', 'sweep', 'telemetry'];
const shape = process.argv[2] ?? 'embedded';
if (!shapes.includes(shape)) {
  process.stderr.write(`npm run bench -- ${shapes.join(' | ')}\n`);
  process.exit(2);
}
await import(`./${shape}.mjs`);
