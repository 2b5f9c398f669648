import type { RecordedSpan, RecordedTrace } from './recent-traces';

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1d2433}
a{color:#0b5cad}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #d8dde6;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}.bar{background:#e6ebf3;height:.7rem;position:relative;min-width:14rem;border-radius:3px}
.bar i{position:absolute;top:0;bottom:0;background:#2f6fb0;border-radius:3px}.failed .bar i{background:#b3261e}.failed .name{color:#b3261e}
small{color:#5b6472}code{overflow-wrap:anywhere}`;

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => escapes[c]!);
const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}</style><h1>${title}</h1>${body}</html>`;
const time = (ms: number): string => new Date(ms).toISOString().slice(11, 23);

/** The traces that this process keeps, newest first. */
export function traceListPage(traces: readonly RecordedTrace[]): string {
  const rows = traces
    .map(
      ({ traceId, start, ms, name, failed, count }) =>
        `<tr${failed ? ' class="failed"' : ''}><td>${time(start)}</td><td class="name"><a href="/traces/${traceId}">${escaped(name)}</a></td><td class="n">${ms.toFixed(1)} ms</td><td class="n">${count}</td><td><code>${traceId}</code></td></tr>`,
    )
    .join('');
  const table = `<table><tr><th>began (UTC)</th><th>trace</th><th>took</th><th>spans</th><th>id</th></tr>${rows}</table>`;
  return page(
    'Recent traces',
    traces.length > 0
      ? table
      : '<p>No trace yet. A request with a <code>traceparent</code> header that ends in 01 is always traced.</p>',
  );
}

/** One trace as a tree of spans. */
export function tracePage(trace: RecordedTrace): string {
  const whole = Math.max(trace.ms, 0.001);
  const row = (span: RecordedSpan, depth: number): string => {
    const left = ((span.start - trace.start) / whole) * 100;
    const width = Math.max(0.4, (span.ms / whole) * 100);
    const details = Object.entries(span.attributes)
      .map(([name, value]) => `${escaped(name)}=${escaped(String(value))}`)
      .join(' · ');
    return (
      `<tr${span.failed ? ' class="failed"' : ''}><td style="padding-left:${0.6 + depth * 1.2}rem"><span class="name">${escaped(span.name)}</span> <small>${span.kind}<br>${details}</small></td>` +
      `<td class="n">${span.ms.toFixed(2)} ms</td><td><div class="bar"><i style="left:${Math.min(left, 99.5).toFixed(2)}%;width:${Math.min(width, 100).toFixed(2)}%"></i></div></td></tr>` +
      span.children.map((child) => row(child, depth + 1)).join('')
    );
  };
  return page(
    escaped(trace.name),
    `<p><a href="/traces">All traces</a> · <code>${trace.traceId}</code> · ${trace.ms.toFixed(1)} ms · ${trace.count} spans</p><table><tr><th>span</th><th>took</th><th>when</th></tr>${trace.tree.map((span) => row(span, 0)).join('')}</table>`,
  );
}
