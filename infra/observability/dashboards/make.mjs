// Writes the dashboards beside this file: `node infra/observability/dashboards/make.mjs`. A test compares.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';

const folder = path.dirname(fileURLToPath(import.meta.url));

const rate = (metric, by) => `sum by (${by}) (rate(${metric}[5m]))`;
const p99 = (metric, by) => `histogram_quantile(0.99, sum by (le, ${by}) (rate(${metric}_bucket[5m])))`;
const each = '{{target}} {{instance}}';
const requests = 'http_server_request_duration_seconds_count';
const lookups = 'lmi_cache_lookups_total';

/** Panels of one row share its width; each is a title, a unit and its queries with legends. */
const dashboards = {
  overview: {
    title: 'LMI overview',
    rows: [
      [
        ['Requests a second', 'reqps', ['lmi:requests:rate5m', 'all']],
        [
          'Requests that fail',
          'percentunit',
          ['lmi:requests_failed:ratio_rate5m', '5 minutes'],
          ['lmi:requests_failed:ratio_rate1h', '1 hour'],
        ],
        [
          'Requests over 300 ms',
          'percentunit',
          ['lmi:requests_slow:ratio_rate5m', '5 minutes'],
          ['lmi:requests_slow:ratio_rate1h', '1 hour'],
        ],
      ],
      [
        ['p99 by route', 's', ['topk(10, lmi:request_seconds:p99_5m)', '{{http_route}}']],
        ['Requests by route', 'reqps', [`topk(10, ${rate(requests, 'http_route')})`, '{{http_route}}']],
      ],
      [
        ['Answers by origin', 'reqps', [rate('lmi_answers_total', 'outcome'), '{{outcome}}']],
        ['Entrance by cache', 'reqps', [rate('lmi_entrance_requests_total', 'cache'), '{{cache}}']],
        ['In flight', 'short', ['sum by (instance) (http_server_active_requests)', '{{instance}}']],
      ],
      [
        ['Processes', 'short', ['count by (target) (lmi_target_info)', '{{target}}']],
        ['Services that answer', 'short', ['min by (service) (lmi_service_answering)', '{{service}}']],
        ['Errors', 'short', ['sum by (target) (increase(lmi_error_events_total[1h]))', '{{target}}']],
      ],
    ],
  },
  processes: {
    title: 'LMI load per process',
    rows: [
      [
        ['Cores', 'short', ['rate(process_cpu_seconds_total[1m])', each]],
        ['Memory', 'bytes', ['process_resident_memory_bytes', each]],
        ['Heap', 'bytes', ['nodejs_heap_size_used_bytes', each]],
      ],
      [
        ['Event loop, p99', 's', ['nodejs_eventloop_lag_p99_seconds', each]],
        [
          'Garbage collection',
          'percentunit',
          [rate('nodejs_gc_duration_seconds_sum', 'target, instance'), each],
        ],
        ['Version', 'short', ['count by (target, version) (lmi_target_info)', '{{target}} {{version}}']],
      ],
      [
        [
          'Calls answered',
          'reqps',
          [rate('rpc_server_call_duration_seconds_count', 'target, instance'), each],
        ],
        ['p99 of calls', 's', [p99('rpc_server_call_duration_seconds', 'rpc_method'), '{{rpc_method}}']],
        [
          'Calls that fail',
          'reqps',
          [rate('rpc_client_call_duration_seconds_count{code!="ok"}', 'rpc_method, code'), '{{code}}'],
        ],
      ],
    ],
  },
  data: {
    title: 'LMI data: cache, database, queue, releases',
    rows: [
      [
        [
          'Cache hits',
          'percentunit',
          [`${rate(`${lookups}{outcome="hit"}`, 'target')} / ${rate(lookups, 'target')}`, '{{target}}'],
        ],
        ['Cache server', 'short', ['min by (target) (lmi_cache_connected)', '{{target}}']],
        [
          'Statements',
          'reqps',
          [rate('db_client_operation_duration_seconds_count', 'db_operation_name'), '{{db_operation_name}}'],
        ],
        ['p99 of statements', 's', [p99('db_client_operation_duration_seconds', 'target'), '{{target}}']],
      ],
      [
        ['Replica lag', 's', ['max by (replica) (lmi_database_replica_lag_seconds)', '{{replica}}']],
        ['Replicas that serve', 'short', ['min by (replica) (lmi_database_replica_serving)', '{{replica}}']],
      ],
      [
        ['Jobs', 'short', ['max by (state) (lmi_queue_jobs)', '{{state}}']],
        ['Longest wait', 's', ['max(lmi_queue_oldest_waiting_seconds)', 'waits']],
        ['Queue', 'short', ['max(lmi_queue_reachable)', 'reachable']],
        ['p99 of jobs', 's', [p99('lmi_job_duration_seconds', 'job'), '{{job}}']],
      ],
      [
        [
          'Age of releases',
          's',
          ['time() - max by (dataset) (lmi_release_served_timestamp_seconds)', '{{dataset}}'],
        ],
        ['Published and not yet served', 's', ['lmi:release_behind:seconds', '{{dataset}}']],
        ['Log of nginx not counted', 'bytes', ['max(lmi_entrance_log_behind_bytes)', 'behind']],
      ],
    ],
  },
};

const WIDTH = 24;
const HEIGHT = 8;

function panelsOf(rows) {
  return rows.flatMap((row, y) =>
    row.map(([title, unit, ...queries], x) => ({
      type: 'timeseries',
      title,
      datasource: { type: 'prometheus', uid: '${datasource}' },
      gridPos: {
        x: Math.floor((x * WIDTH) / row.length),
        y: y * HEIGHT,
        w: Math.floor(WIDTH / row.length),
        h: HEIGHT,
      },
      fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
      targets: queries.map(([expr, legendFormat], at) => ({
        refId: String.fromCharCode(65 + at),
        expr,
        legendFormat,
      })),
    })),
  );
}

/** The files by name. */
export async function renderDashboards() {
  const files = {};
  for (const [name, { title, rows }] of Object.entries(dashboards)) {
    const dashboard = {
      uid: `lmi-${name}`,
      title,
      tags: ['lmi'],
      schemaVersion: 39,
      refresh: '30s',
      time: { from: 'now-6h', to: 'now' },
      templating: { list: [{ name: 'datasource', type: 'datasource', query: 'prometheus' }] },
      panels: panelsOf(rows),
    };
    const options = { parser: 'json', printWidth: 110 };
    files[`${name}.json`] = await prettier.format(JSON.stringify(dashboard), options);
  }
  return files;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of Object.entries(await renderDashboards()))
    writeFileSync(path.join(folder, name), text);
}
