// Lets a plain Node process run the workspace's sources, as jest does: node --require typescript.cjs file.ts
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { transformSync } = require('@swc/core');

const root = path.resolve(__dirname, '../../..');

Module._extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(fs.readFileSync(filename, 'utf8'), {
    filename,
    swcrc: false,
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  module._compile(code, filename);
};

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  const name = /^@lmi\/([a-z-]+)$/.exec(request)?.[1];
  return resolve.call(this, name ? path.join(root, 'packages', name, 'src/index.ts') : request, ...rest);
};
