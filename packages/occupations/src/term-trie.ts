/**
 * The words of the index as a trie in typed arrays, over a sorted list: every node covers a range of the list, so
 * a prefix is one walk and misspellings are one walk with a row of edit distances.
 */
export interface SpellingMatch {
  /** Position in the sorted list. */
  readonly word: number;
  readonly edits: number;
}

const maxWordLength = 40;

export class TermTrie {
  readonly #words: readonly string[];
  readonly #char: Uint16Array;
  readonly #low: Uint16Array;
  readonly #high: Uint16Array;
  readonly #firstChild: Int32Array;
  readonly #nextSibling: Int32Array;
  /** One row of distances per depth, reused by every walk. */
  readonly #rows = Array.from({ length: maxWordLength + 4 }, () => new Uint8Array(maxWordLength + 2));

  /** @param words sorted by code unit, distinct, at most 65,535. */
  constructor(words: readonly string[]) {
    this.#words = words;
    const char: number[] = [0];
    const low: number[] = [0];
    const high: number[] = [words.length];
    const firstChild: number[] = [-1];
    const nextSibling: number[] = [-1];
    const lastChild: number[] = [-1];
    const path: number[] = [0];
    let previous = '';
    words.forEach((word, position) => {
      let shared = 0;
      while (shared < previous.length && shared < word.length && previous[shared] === word[shared]) shared++;
      while (path.length > shared + 1) high[path.pop()!] = position;
      for (let depth = shared; depth < word.length; depth++) {
        const parent = path[path.length - 1]!;
        const node = char.length;
        char.push(word.charCodeAt(depth));
        low.push(position);
        high.push(words.length);
        firstChild.push(-1);
        nextSibling.push(-1);
        lastChild.push(-1);
        const sibling = lastChild[parent]!;
        if (sibling < 0) firstChild[parent] = node;
        else nextSibling[sibling] = node;
        lastChild[parent] = node;
        path.push(node);
      }
      previous = word;
    });
    this.#char = Uint16Array.from(char);
    this.#low = Uint16Array.from(low);
    this.#high = Uint16Array.from(high);
    this.#firstChild = Int32Array.from(firstChild);
    this.#nextSibling = Int32Array.from(nextSibling);
  }

  /** Positions [from, to) of the words that begin with the prefix. */
  range(prefix: string): readonly [number, number] {
    let node = 0;
    for (let at = 0; at < prefix.length; at++) {
      const wanted = prefix.charCodeAt(at);
      let child = this.#firstChild[node]!;
      while (child >= 0 && this.#char[child] !== wanted) child = this.#nextSibling[child]!;
      if (child < 0) return [0, 0];
      node = child;
    }
    return [this.#low[node]!, this.#high[node]!];
  }

  /**
   * Words within `maxEdits` of the given one, where an insertion, deletion, substitution or swap of neighbours is
   * one edit. With `prefix` the given word may be the beginning of a longer one.
   */
  misspelled(word: string, maxEdits: number, prefix: boolean): SpellingMatch[] {
    if (maxEdits < 1 || word.length > maxWordLength) return [];
    const found = new Map<number, number>();
    const first = this.#rows[0]!;
    for (let column = 0; column <= word.length; column++) first[column] = column;
    // Few slips are in the first letter: the rest of the trie is walked only when nothing begins as typed, or with
    // the second letter, which stands first when the first was left out or swapped.
    const likely = [word.charCodeAt(0), word.charCodeAt(1)];
    for (const usual of [true, false]) {
      for (let child = this.#firstChild[0]!; child >= 0; child = this.#nextSibling[child]!) {
        if (likely.includes(this.#char[child]!) !== usual) continue;
        this.#walk(child, 1, 0, 0, word, maxEdits, prefix, found);
      }
      if (found.size > 0) break;
    }
    return Array.from(found, ([position, edits]) => ({ word: position, edits }));
  }

  #walk(
    node: number,
    depth: number,
    parentChar: number,
    parentLeast: number,
    word: string,
    maxEdits: number,
    prefix: boolean,
    found: Map<number, number>,
  ): void {
    const above = this.#rows[depth - 1]!;
    const row = this.#rows[depth]!;
    const grand = depth > 1 ? this.#rows[depth - 2]! : undefined;
    const here = this.#char[node]!;
    const length = word.length;
    row[0] = depth;
    let least = depth;
    for (let column = 1; column <= length; column++) {
      const letter = word.charCodeAt(column - 1);
      let cost = above[column - 1]! + (letter === here ? 0 : 1);
      cost = Math.min(cost, above[column]! + 1, row[column - 1]! + 1);
      if (grand && column > 1 && letter === parentChar && word.charCodeAt(column - 2) === here) {
        cost = Math.min(cost, grand[column - 2]! + 1);
      }
      row[column] = cost;
      if (cost < least) least = cost;
    }
    const edits = row[length]!;
    if (edits <= maxEdits) {
      const from = this.#low[node]!;
      const to = prefix ? this.#high[node]! : this.#words[from]!.length === depth ? from + 1 : from;
      for (let position = from; position < to; position++) {
        const before = found.get(position);
        if (before === undefined || edits < before) found.set(position, edits);
      }
    }
    // A swap reaches back over two rows, so this row alone can't end the walk.
    if (least > maxEdits && parentLeast >= maxEdits) return;
    if (depth >= maxWordLength || depth > length + maxEdits) return;
    for (let child = this.#firstChild[node]!; child >= 0; child = this.#nextSibling[child]!) {
      this.#walk(child, depth + 1, here, least, word, maxEdits, prefix, found);
    }
  }
}
