/** Keeps what one release made, in the process: the newest only. A failed load is tried again by the next caller. */
export function keepNewest<T>(): (key: string, load: () => Promise<T>) => Promise<T> {
  let kept: { readonly key: string; readonly value: Promise<T> } | undefined;
  return (key, load) => {
    if (kept?.key === key) return kept.value;
    const value = load();
    const entry = { key, value };
    kept = entry;
    value.catch(() => {
      if (kept === entry) kept = undefined;
    });
    return value;
  };
}
