/** How many are kept: the newest release, and one that a question pinned. */
const MOST_KEPT = 2;

/** Keeps what a release made, in the process: of the last ones asked for. A failed load is tried again by the next caller. */
export function keepNewest<T>(): (key: string, load: () => Promise<T>) => Promise<T> {
  let kept: readonly { readonly key: string; readonly value: Promise<T> }[] = [];
  return (key, load) => {
    const found = kept.find((entry) => entry.key === key);
    if (found) {
      if (found !== kept[0]) kept = [found, ...kept.filter((entry) => entry !== found)];
      return found.value;
    }
    const entry = { key, value: load() };
    kept = [entry, ...kept].slice(0, MOST_KEPT);
    entry.value.catch(() => {
      kept = kept.filter((other) => other !== entry);
    });
    return entry.value;
  };
}
