// The import rules of ARCHITECTURE.md, for dependency-cruiser. Each matches the workspace name and the path, because
// pnpm's links resolve to one or the other.
const ours = (names) => `(^|/)(packages|services)/(${names})/|^@lmi/(${names})(/|$)`;
const services = 'lmi|gateway|employment|pay|vacancies|courses|search';
const packages =
  'contracts|kit|data|cache|jobs|importing|operations|statistics|occupations|client|careerometer';

const onlyIn = (name, modules, folders) => ({
  name,
  severity: 'error',
  comment: `${modules} only in ${folders}`,
  from: { path: '(^|/)(packages|services)/[^/]+/src/', pathNot: `(^|/)(packages|services)/(${folders})/` },
  to: { path: `(^|/)node_modules/(${modules})(/|$)|^(${modules})(/|$)` },
});

const mayUse = (name, from, allowed) => ({
  name,
  severity: 'error',
  comment: `${from} may import of ours only: ${allowed || 'nothing'}`,
  from: { path: `(^|/)(packages|services)/(${from})/src/` },
  to: {
    path: ours(`${services}|${packages}`),
    pathNot: [`(^|/)(packages|services)/(${from})/`, ...(allowed ? [ours(allowed)] : [])],
  },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    ...services
      .split('|')
      .filter((name) => name !== 'lmi')
      .map((name) => ({
        name: `only-the-program-imports-services (${name})`,
        severity: 'error',
        from: { path: `(^|/)(packages|services)/`, pathNot: `(^|/)services/(lmi|${name})/` },
        to: { path: `(^|/)services/${name}/|^@lmi/${name}(/|$)` },
      })),
    ...['contracts', 'kit', 'statistics', 'occupations', 'client'].map((name) =>
      mayUse(`${name}-imports-nothing-of-ours`, name, ''),
    ),
    ...['data', 'cache', 'jobs', 'importing', 'operations'].map((name) =>
      mayUse(`${name}-imports-only-kit`, name, 'kit'),
    ),
    mayUse('careerometer-imports-only-client', 'careerometer', 'client'),
    onlyIn('express-in-gateway-and-kit', 'express', 'gateway|kit'),
    onlyIn('databases-in-data', 'mysql2|better-sqlite3|@prisma|prisma|mariadb', 'data'),
    onlyIn('redis-in-cache-and-jobs', 'ioredis|bullmq', 'cache|jobs'),
    onlyIn('grpc-in-kit', '@grpc/grpc-js', 'kit'),
    onlyIn('workbook-parser-in-importing', '@e965/xlsx', 'importing'),
    {
      name: 'no-fakes-in-sources',
      severity: 'error',
      from: { path: '(^|/)(packages|services)/[^/]+/src/', pathNot: '\\.test\\.ts$' },
      to: { path: '/(testing|conformance|test)/|^@lmi/[^/]+/(testing|conformance)' },
    },
  ],
  options: {
    // Compiled output is where workspace names lead to: it must stay in the picture, or every rule would pass unseen.
    doNotFollow: { path: 'node_modules|/dist/' },
    exclude: { path: '/gen/|^packages/[^/]+/dist/.*\\.d\\.ts$' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
  },
};
