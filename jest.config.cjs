// One configuration for every package: sources are compiled by swc, workspace names resolve to sources.
const compile = [
  '@swc/jest',
  {
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];

module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/packages', '<rootDir>/services', '<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/.lmi/'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/tests/load/'],
  transform: {
    '^.+\\.ts$': compile,
    // They come as ES modules alone, and tests run as CommonJS.
    '/node_modules/(?:ky|feed)/.+\\.js$': compile,
  },
  transformIgnorePatterns: ['/node_modules/(?!\\.pnpm/|ky/|feed/)'],
  moduleNameMapper: {
    // Their modules are not of the kind that jest loads; the same code in one file is.
    '^(d3-[a-z-]+|internmap)$': '<rootDir>/node_modules/.pnpm/node_modules/$1/dist/$1.min.js',
    '^@lmi/kit/(grpc|observe)$': '<rootDir>/packages/kit/src/$1.ts',
    '^@lmi/(pay|courses|employment|search|vacancies|gateway|lmi)$': '<rootDir>/services/$1/src/index.ts',
    '^@lmi/([a-z-]+)$': '<rootDir>/packages/$1/src/index.ts',
    '^@lmi/([a-z-]+)/(testing|conformance)$': '<rootDir>/packages/$1/$2/index.ts',
  },
  // Two at a time on any machine: suites start servers and programs of their own.
  maxWorkers: 2,
  testTimeout: 60_000,
};
