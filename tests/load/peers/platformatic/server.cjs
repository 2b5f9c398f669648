// A generated REST API over the embedded database: node server.cjs <database file> <port>
const fastify = require('fastify')({ logger: false });

const quiet = { trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error };

async function main([file, port]) {
  await fastify.register(require('@platformatic/sql-mapper'), {
    connectionString: `sqlite://${file}`,
    include: { pay_cell: true, release_pointer: true, soc_crosswalk: true },
    autoTimestamp: false,
    log: quiet,
  });
  await fastify.register(require('@platformatic/sql-openapi'), {});
  await fastify.listen({ port: Number(port), host: '127.0.0.1' });
  console.log('listening');
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
