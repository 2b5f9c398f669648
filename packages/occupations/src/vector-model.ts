import { dimensions, type WordVectors } from './word-vectors';

/** A title as three vectors: all words by rarity, the last word, the words before it. */
const parts = 3;
const width = parts * dimensions;
/** The nearer two titles, the more, by this power of e for each part: a group's few nearest titles make most of its sum. */
const sharpness = 6.7;
/** Titles that the common spread is taken from; more change nothing. */
const mostSampled = 6_000;
/** Pull of the spread to a ball, and of each group's middle to that of all. */
const roundness = 0.3;
const pull = 1;
/** What lies this far below the best says no more than that it is far. */
const farthest = -12;
const noTitle = 0xffffffff;

/** What the vectors of a title's words say. */
export interface VectorOpinion {
  /** Logarithm of the likelihood of the title where those of each group lie around a middle; best group 0. */
  readonly middle: Float32Array;
  /** Share of the title's words that have a vector, 0 to 1. */
  readonly known: number;
  readonly title: TitleVector;
}

/** A title made ready to be compared: its three parts one after the other, each of length 1 or 0. */
export type TitleVector = Float32Array;

/** Takes titles as the rows of their words' vectors. */
export class VectorModelBuilder {
  readonly #vectors: WordVectors;
  /** Words of titles by number; 0 stands for all that have no vector. */
  readonly #numbers = new Map<string, number>();
  readonly #rows: number[] = [0];
  readonly #uses: number[] = [0];
  readonly #words: number[] = [];
  readonly #ends: number[] = [];
  readonly #groups: number[] = [];
  readonly #weights: number[] = [];
  readonly #titles: number[] = [];

  constructor(vectors: WordVectors) {
    this.#vectors = vectors;
  }

  /** @param title number under which the caller knows the title's text. */
  add(words: readonly string[], group: number, weight: number, title = noTitle): void {
    if (words.length === 0) return;
    const numbers = words.map((word) => this.#number(word));
    for (const number of new Set(numbers)) this.#uses[number]!++;
    this.#words.push(...numbers);
    this.#ends.push(this.#words.length);
    this.#groups.push(group);
    this.#weights.push(weight);
    this.#titles.push(title);
  }

  #number(word: string): number {
    let number = this.#numbers.get(word);
    if (number === undefined) {
      const row = this.#vectors.row(word);
      number = row === undefined ? 0 : this.#rows.length;
      this.#numbers.set(word, number);
      if (row !== undefined) {
        this.#rows.push(row);
        this.#uses.push(0);
      }
    }
    return number;
  }

  /** The number of the word of each row of the vectors; 0 where no title has it. */
  #byRow(): Uint16Array {
    const numbers = new Uint16Array(this.#vectors.lengths.length);
    for (const [number, row] of this.#rows.entries()) if (number > 0) numbers[row] = number;
    return numbers;
  }

  *finish(groupCount: number): Generator<undefined, VectorModel> {
    const count = this.#ends.length;
    const order = Uint32Array.from(this.#groups.keys()).sort((a, b) => this.#groups[a]! - this.#groups[b]!);
    const offsets = new Uint32Array(count + 1);
    const words = new Uint16Array(this.#words.length);
    const groupOffsets = new Uint32Array(groupCount + 1);
    let to = 0;
    for (let place = 0; place < count; place++) {
      const title = order[place]!;
      for (let at = title === 0 ? 0 : this.#ends[title - 1]!; at < this.#ends[title]!; at++)
        words[to++] = this.#words[at]!;
      offsets[place + 1] = to;
      groupOffsets[this.#groups[title]! + 1] = place + 1;
    }
    for (let group = 0; group < groupCount; group++)
      groupOffsets[group + 1] = Math.max(groupOffsets[group]!, groupOffsets[group + 1]!);
    const model = new VectorModel(this.#vectors, {
      numbers: this.#byRow(),
      rows: Uint16Array.from(this.#rows),
      rarities: Float32Array.from(this.#uses, (uses, number) =>
        number === 0 ? 0 : Math.log(1 + count / (1 + uses)),
      ),
      rarest: Math.log(1 + count),
      offsets,
      words,
      groupOffsets,
      titles: Uint32Array.from(order, (title) => this.#titles[title]!),
      weights: Float32Array.from(order, (title) => this.#weights[title]!),
    });
    yield;
    yield* model.measure();
    return model;
  }
}

interface TitleWords {
  /** Number of a word by its row of the vectors, and the row by the number. */
  readonly numbers: Uint16Array;
  readonly rows: Uint16Array;
  readonly rarities: Float32Array;
  /** Of a word that no title has. */
  readonly rarest: number;
  /** Words of title t: words[offsets[t] .. offsets[t + 1]), in order; the titles of group g: groupOffsets, likewise. */
  readonly offsets: Uint32Array;
  readonly words: Uint16Array;
  readonly groupOffsets: Uint32Array;
  readonly titles: Uint32Array;
  readonly weights: Float32Array;
}

/**
 * Which groups have titles of like meaning: by the nearest titles of a group, and by how far a title lies from the middle
 * of the group's titles, in the spread that all groups have in common (linear discriminant analysis).
 */
export class VectorModel {
  readonly #vectors: WordVectors;
  readonly #of: TitleWords;
  readonly #groupCount: number;
  /** One over the length of each title's first and third part; 0 where it has none. */
  readonly #lengths: Float32Array;
  /** Directions in which groups differ, and what stands beside them, by group. */
  #slopes = new Float32Array(0);
  #levels = new Float32Array(0);
  /** Likeness of each word of titles to the three parts of the title asked about, as far as worked out. */
  readonly #alike: Float32Array;
  readonly #alikeAt: Uint32Array;
  #clock = 0;
  #asked: TitleVector | undefined;
  readonly #scratch: Float32Array;

  constructor(vectors: WordVectors, of: TitleWords) {
    this.#vectors = vectors;
    this.#of = of;
    this.#groupCount = of.groupOffsets.length - 1;
    this.#lengths = new Float32Array(of.titles.length * 2);
    this.#alike = new Float32Array(of.rows.length * parts);
    this.#alikeAt = new Uint32Array(of.rows.length);
    let largest = 0;
    for (let group = 0; group < this.#groupCount; group++)
      largest = Math.max(largest, of.groupOffsets[group + 1]! - of.groupOffsets[group]!);
    this.#scratch = new Float32Array(largest);
  }

  /** Takes the middles of the groups and the spread around them; called once. */
  *measure(): Generator<undefined> {
    const { groupOffsets, weights } = this.#of;
    const count = weights.length;
    const middles = new Float64Array(this.#groupCount * width);
    const sizes = new Float64Array(this.#groupCount);
    const common = new Float64Array(width);
    const title = new Float32Array(width);
    let all = 0;
    for (let group = 0; group < this.#groupCount; group++) {
      for (let at = groupOffsets[group]!; at < groupOffsets[group + 1]!; at++) {
        this.#place(at, title, true);
        const weight = weights[at]!;
        sizes[group]! += weight;
        all += weight;
        for (let place = 0; place < width; place++) {
          middles[group * width + place]! += weight * title[place]!;
          common[place]! += weight * title[place]!;
        }
      }
      if (group % 100 === 99) yield;
    }
    for (let group = 0; group < this.#groupCount; group++)
      for (let place = 0; place < width; place++)
        middles[group * width + place] =
          (middles[group * width + place]! + (pull * common[place]!) / Math.max(all, 1)) /
          (sizes[group]! + pull);
    yield;
    const spread = new Float64Array(width * width);
    const every = Math.max(1, Math.floor(count / mostSampled));
    let sampled = 0;
    for (let group = 0, at = 0; at < count; at += every) {
      while (at >= groupOffsets[group + 1]!) group++;
      this.#place(at, title, false);
      for (let place = 0; place < width; place++) title[place]! -= middles[group * width + place]!;
      for (let row = 0; row < width; row++) {
        const own = weights[at]! * title[row]!;
        for (let column = 0; column <= row; column++) spread[row * width + column]! += own * title[column]!;
      }
      sampled += weights[at]!;
      if (at % 1000 < every) yield;
    }
    let trace = 0;
    for (let row = 0; row < width; row++) trace += spread[row * width + row]!;
    const ball = (roundness * trace) / width || 1;
    for (let row = 0; row < width; row++) spread[row * width + row]! += ball;
    factorise(spread, width);
    yield;
    this.#slopes = new Float32Array(this.#groupCount * width);
    this.#levels = new Float32Array(this.#groupCount);
    for (let group = 0; group < this.#groupCount; group++) {
      const middle = middles.subarray(group * width, (group + 1) * width);
      const slope = solve(spread, width, middle, Math.max(sampled, 1));
      let level = 0;
      for (let place = 0; place < width; place++) level -= 0.5 * slope[place]! * middle[place]!;
      this.#slopes.set(slope, group * width);
      this.#levels[group] = level + Math.log((sizes[group]! + 1) / Math.max(all, 1));
      if (group % 100 === 99) yield;
    }
  }

  /** The vector of a title of the model. @param first whether its lengths are to be kept. */
  #place(title: number, into: Float32Array, first: boolean): void {
    const { offsets, words, rows, rarities } = this.#of;
    into.fill(0);
    const last = offsets[title + 1]! - 1;
    for (let at = offsets[title]!; at <= last; at++) {
      const word = words[at]!;
      if (word === 0) continue;
      const row = rows[word]!;
      this.#vectors.addTo(into, 0, row, rarities[word]!);
      if (at === last) this.#vectors.addTo(into, dimensions, row, 1);
      else this.#vectors.addTo(into, 2 * dimensions, row, rarities[word]!);
    }
    const whole = toLengthOne(into, 0);
    const before = toLengthOne(into, 2 * dimensions);
    if (!first) return;
    this.#lengths[title * 2] = whole;
    this.#lengths[title * 2 + 1] = before;
  }

  /** @returns undefined where no word has a vector. */
  opinion(words: readonly string[]): VectorOpinion | undefined {
    const { numbers, rarities, rarest } = this.#of;
    const title = new Float32Array(width);
    let known = 0;
    for (const [at, word] of words.entries()) {
      const row = this.#vectors.row(word);
      if (row === undefined) continue;
      known++;
      const number = numbers[row]!;
      const rarity = number === 0 ? rarest : rarities[number]!;
      this.#vectors.addTo(title, 0, row, rarity);
      if (at === words.length - 1) this.#vectors.addTo(title, dimensions, row, 1);
      else this.#vectors.addTo(title, 2 * dimensions, row, rarity);
    }
    if (known === 0) return undefined;
    toLengthOne(title, 0);
    toLengthOne(title, 2 * dimensions);
    const middle = new Float32Array(this.#groupCount);
    for (let group = 0; group < this.#groupCount; group++) {
      let sum = this.#levels[group]!;
      for (let place = 0; place < width; place++) sum += this.#slopes[group * width + place]! * title[place]!;
      middle[group] = sum;
    }
    let most = -Infinity;
    for (const one of middle) if (one > most) most = one;
    for (let group = 0; group < middle.length; group++)
      middle[group] = Math.max(farthest, middle[group]! - most);
    return { middle, known: known / words.length, title };
  }

  /** Of the groups given, logarithm of the sum over the group's titles of e to the likeness; best 0; the rest as far as can be. */
  nearest(title: TitleVector, groups: readonly number[]): Float32Array {
    const found = new Float32Array(this.#groupCount).fill(-Infinity);
    const likeness = this.#scratch;
    this.#begin(title);
    let most = -Infinity;
    for (const group of groups) {
      const count = this.#likenesses(title, group, likeness);
      let sum = 1e-9;
      for (let at = 0; at < count; at++) sum += Math.exp(sharpness * likeness[at]!);
      found[group] = Math.log(sum);
      if (found[group] > most) most = found[group];
    }
    for (let group = 0; group < found.length; group++)
      found[group] = Math.max(farthest, found[group]! - most);
    return found;
  }

  /** Number of the group's title that is most like the one asked about; undefined where none is at all. */
  mostAlike(title: TitleVector, group: number): number | undefined {
    const { groupOffsets, titles } = this.#of;
    this.#begin(title);
    const count = this.#likenesses(title, group, this.#scratch);
    let best: number | undefined;
    let most = 0;
    for (let at = 0; at < count; at++) {
      const number = titles[groupOffsets[group]! + at]!;
      if (this.#scratch[at]! <= most || number === noTitle) continue;
      most = this.#scratch[at]!;
      best = number;
    }
    return best;
  }

  /** What was worked out for a title counts until another one is asked about. */
  #begin(title: TitleVector): void {
    if (this.#asked === title) return;
    this.#asked = title;
    if (this.#clock === 0xffffffff) {
      this.#alikeAt.fill(0);
      this.#clock = 0;
    }
    this.#clock++;
  }

  /** Mean cosine of the three parts of the title asked about with those of each title of a group. @returns how many these are. */
  #likenesses(asked: TitleVector, group: number, into: Float32Array): number {
    const { offsets, words, rarities, groupOffsets } = this.#of;
    const [alike, alikeAt, clock, lengths] = [this.#alike, this.#alikeAt, this.#clock, this.#lengths];
    const from = groupOffsets[group]!;
    const to = groupOffsets[group + 1]!;
    let start = offsets[from]!;
    for (let title = from; title < to; title++) {
      const end = offsets[title + 1]!;
      let [whole, before, head] = [0, 0, 0];
      for (let at = start; at < end; at++) {
        const word = words[at]!;
        if (word === 0) continue;
        if (alikeAt[word] !== clock) this.#compare(asked, word);
        const rarity = rarities[word]!;
        whole += rarity * alike[word * parts]!;
        if (at === end - 1) head = alike[word * parts + 1]!;
        else before += rarity * alike[word * parts + 2]!;
      }
      into[title - from] = whole * lengths[title * 2]! + head + before * lengths[title * 2 + 1]!;
      start = end;
    }
    return to - from;
  }

  #compare(asked: TitleVector, word: number): void {
    const row = this.#of.rows[word]!;
    const { values, lengths } = this.#vectors;
    let [whole, head, before] = [0, 0, 0];
    for (let at = 0; at < dimensions; at++) {
      const value = values[row * dimensions + at]!;
      whole += value * asked[at]!;
      head += value * asked[dimensions + at]!;
      before += value * asked[2 * dimensions + at]!;
    }
    const length = lengths[row]!;
    this.#alike[word * parts] = whole / length;
    this.#alike[word * parts + 1] = head / length;
    this.#alike[word * parts + 2] = before / length;
    this.#alikeAt[word] = this.#clock;
  }
}

/** @returns one over the length that the part had; 0 where it has none. */
function toLengthOne(vector: Float32Array, from: number): number {
  let sum = 0;
  for (let at = from; at < from + dimensions; at++) sum += vector[at]! ** 2;
  if (sum < 1e-12) return 0;
  const length = 1 / Math.sqrt(sum);
  for (let at = from; at < from + dimensions; at++) vector[at]! *= length;
  return length;
}

/** Cholesky: puts L of matrix = L Lᵀ in its lower half, which alone is read. */
function factorise(matrix: Float64Array, size: number): void {
  for (let row = 0; row < size; row++)
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row * size + column]!;
      for (let at = 0; at < column; at++) sum -= matrix[row * size + at]! * matrix[column * size + at]!;
      matrix[row * size + column] = row === column ? Math.sqrt(sum) : sum / matrix[column * size + column]!;
    }
}

/** Solves L Lᵀ x = scale × right. */
function solve(factor: Float64Array, size: number, right: Float64Array, scale: number): Float64Array {
  const solution = right.map((value) => value * scale);
  for (let row = 0; row < size; row++) {
    for (let at = 0; at < row; at++) solution[row]! -= factor[row * size + at]! * solution[at]!;
    solution[row]! /= factor[row * size + row]!;
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let at = row + 1; at < size; at++) solution[row]! -= factor[at * size + row]! * solution[at]!;
    solution[row]! /= factor[row * size + row]!;
  }
  return solution;
}
