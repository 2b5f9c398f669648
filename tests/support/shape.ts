/** What make-v1-shapes.mjs keeps of a recorded answer. */
export type Shape =
  | 'number'
  | 'text'
  | 'string'
  | 'boolean'
  | 'null'
  | { readonly array: 'empty' | 'filled'; readonly of?: Shape }
  | { readonly object: Readonly<Record<string, Shape>>; readonly required: readonly string[] };

/** Where an answer departs from a recorded shape; empty when a client of the original would read it. */
export function departures(value: unknown, shape: Shape, at = '$'): string[] {
  if (typeof shape === 'string') {
    if (shape === 'text')
      return typeof value === 'string' && value !== ''
        ? []
        : [`${at}: text expected, ${JSON.stringify(value)} served`];
    if (shape === 'null') return value === null ? [] : [`${at}: null expected`];
    return typeof value === shape ? [] : [`${at}: ${shape} expected, ${JSON.stringify(value)} served`];
  }
  if ('array' in shape) {
    if (!Array.isArray(value)) return [`${at}: array expected`];
    if (shape.array === 'empty') return value.length === 0 ? [] : [`${at}: empty array expected`];
    if (value.length === 0) return [`${at}: filled array expected`];
    return value.flatMap((entry, index) => departures(entry, shape.of ?? 'null', `${at}[${index}]`));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at}: object expected`];
  const served = value as Record<string, unknown>;
  return Object.entries(shape.object).flatMap(([key, inner]) => {
    if (key in served) return departures(served[key], inner, `${at}.${key}`);
    return shape.required.includes(key) ? [`${at}.${key}: missing`] : [];
  });
}
