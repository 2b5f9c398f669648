/** The address of a call with its parameters; undefined ones are left out. */
export function callTo(
  path: string,
  parameters: Readonly<Record<string, string | number | undefined>>,
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) query.set(name, String(value));
  const text = query.toString().replaceAll('%2C', ',');
  return text ? `${path}?${text}` : path;
}

/** The same call, answered as CSV. */
export function csvOf(call: string): string {
  const [path, query] = call.split('?');
  return query ? `${path}.csv?${query}` : `${path}.csv`;
}
