// The bare peer: one express route that sends the same bytes every time. node express.cjs <port> <file with the bytes>
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');

const fromGateway = createRequire(path.resolve(__dirname, '../../../services/gateway/package.json'));
const express = fromGateway('express');

const [port, file] = process.argv.slice(2);
const bytes = readFileSync(file);
const app = express();
app.get('/api/v1/ashe/estimatePay', (request, response) => {
  response.setHeader('Content-Type', 'application/json; charset=UTF-8');
  response.send(bytes);
});
app.listen(Number(port), '127.0.0.1', () => console.log('listening'));
