import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Numbers of a vector; evaluation/word-vectors.mjs writes as many. */
export const dimensions = 32;

/**
 * Says that "echocardiographer" is near "sonographer": words that stand in like company in texts have like vectors (GloVe,
 * reduced; see data/README.md). Words are reduced as titleWords does.
 */
export class WordVectors {
  /** Row r is values[r × dimensions .. (r + 1) × dimensions), in steps of 1 / lengths[r]: the vector is of length 1. */
  readonly values: Int8Array;
  readonly lengths: Float32Array;
  /** The words in the order of their rows, a line each, as bytes: texts and a map would take ten times as much. */
  readonly #lines: Buffer;
  readonly #starts: Uint32Array;

  constructor() {
    const folder = join(__dirname, '../data');
    const bytes = readFileSync(join(folder, 'word-vectors.i8'));
    this.values = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#lines = readFileSync(join(folder, 'vector-words.txt'));
    const count = bytes.length / dimensions;
    this.#starts = new Uint32Array(count + 1);
    for (let row = 0, from = 0; row < count; row++)
      this.#starts[row + 1] = from = this.#lines.indexOf(10, from) + 1;
    this.lengths = new Float32Array(count);
    for (let row = 0; row < count; row++) {
      let sum = 0;
      for (let at = row * dimensions; at < (row + 1) * dimensions; at++) sum += this.values[at]! ** 2;
      this.lengths[row] = Math.sqrt(sum) || 1;
    }
  }

  /** @returns undefined where the word has no vector. */
  row(word: string): number | undefined {
    const sought = Buffer.from(word);
    let [from, to] = [0, this.lengths.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      const order = this.#lines.compare(
        sought,
        0,
        sought.length,
        this.#starts[middle]!,
        this.#starts[middle + 1]! - 1,
      );
      if (order === 0) return middle;
      if (order < 0) from = middle + 1;
      else to = middle;
    }
    return undefined;
  }

  /** Adds a word's vector, times a weight, to what begins at a place of "sums". */
  addTo(sums: Float32Array, at: number, row: number, weight: number): void {
    const step = weight / this.lengths[row]!;
    for (let place = 0; place < dimensions; place++)
      sums[at + place]! += step * this.values[row * dimensions + place]!;
  }
}

let shared: WordVectors | undefined;

/** The one copy, read when first asked for. */
export function wordVectors(): WordVectors {
  return (shared ??= new WordVectors());
}
