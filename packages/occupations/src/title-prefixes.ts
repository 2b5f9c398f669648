/** Titles in alphabetical order, to say how the titles that begin as typed fall to the groups. */
export class TitlePrefixes {
  readonly #keys: readonly string[];
  /** Documents of key k: documents[offsets[k] .. offsets[k + 1]). */
  readonly #offsets: Uint32Array;
  readonly #documents: Uint32Array;

  /** @param titles lower-case title of each document. */
  constructor(titles: readonly string[]) {
    const order = Uint32Array.from(titles.keys());
    const byTitle = new Map<string, number[]>();
    for (const document of order) {
      const title = titles[document]!;
      const known = byTitle.get(title);
      if (known) known.push(document);
      else byTitle.set(title, [document]);
    }
    this.#keys = [...byTitle.keys()].sort();
    this.#offsets = new Uint32Array(this.#keys.length + 1);
    this.#documents = new Uint32Array(titles.length);
    let at = 0;
    for (const [place, key] of this.#keys.entries()) {
      for (const document of byTitle.get(key)!) this.#documents[at++] = document;
      this.#offsets[place + 1] = at;
    }
  }

  /**
   * Adds to each group its share of the titles that begin so, a title with several groups counting once in all,
   * the most for the group that is likeliest meant by it.
   * @returns titles that begin so.
   */
  shares(
    prefix: string,
    groupOf: Uint16Array,
    plausibility: Float32Array,
    into: Map<number, { share: number; document: number }>,
  ): number {
    const from = this.#lower(prefix);
    const to = this.#lower(`${prefix}\uffff`);
    for (let key = from; key < to; key++) {
      const first = this.#offsets[key]!;
      const last = this.#offsets[key + 1]!;
      let whole = 0;
      for (let at = first; at < last; at++) whole += plausibility[this.#documents[at]!]! ** 8;
      for (let at = first; at < last; at++) {
        const document = this.#documents[at]!;
        const group = groupOf[document]!;
        if (group === 0) continue;
        const part = plausibility[document]! ** 8 / (whole * (to - from));
        const known = into.get(group);
        if (known) known.share += part;
        else into.set(group, { share: part, document });
      }
    }
    return to - from;
  }

  /** First key that is not before the text. */
  #lower(text: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#keys[middle]! < text) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
