/** Something made from releases that is kept in the process until they change. */
export class Kept<T> {
  #key = '';
  #made: Promise<T> | undefined;

  /** What was made for the key, or what `make` makes now; callers at the same time share it. A failure is not kept. */
  get(key: string, make: () => Promise<T>): Promise<T> {
    if (this.#made && this.#key === key) return this.#made;
    const made = make();
    this.#key = key;
    this.#made = made;
    made.catch(() => {
      if (this.#made === made) this.#made = undefined;
    });
    return made;
  }
}
