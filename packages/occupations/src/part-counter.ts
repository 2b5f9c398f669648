import { KeyNumbers } from './key-numbers';

/** Smoothing of the shares of groups among the titles that have a part. */
const shareFloor = 0.05;

/** What was counted of one family: part p has the groups groups[offsets[p] .. offsets[p + 1]) with a count each. */
export interface PartCounts {
  readonly ids: Pick<KeyNumbers, 'get'>;
  readonly offsets: Uint32Array;
  readonly groups: Uint16Array;
  /** Natural logarithm of (count + smoothing) / smoothing. */
  readonly gains: Float32Array;
  /** Rarity of the part × logarithm of 1 + the group's share of it / floor; where asked for. */
  readonly affinities: Float32Array | undefined;
  /** Per group: what a part without a count says. */
  readonly base: Float32Array;
}

/** Counts in which groups parts were met, and how often. */
export class PartCounter {
  readonly #ids = new KeyNumbers();
  #parts = new Uint32Array(1 << 14);
  #groups = new Uint16Array(1 << 14);
  #weights = new Float32Array(1 << 14);
  #size = 0;

  /** @param shares of the weight that each part has; 1 where left out. */
  add(parts: readonly number[], group: number, weight: number, shares?: readonly number[]): void {
    for (let at = 0; at < parts.length; at++) {
      if (this.#size === this.#parts.length) this.#grow();
      this.#parts[this.#size] = this.#ids.number(parts[at]!);
      this.#groups[this.#size] = group;
      this.#weights[this.#size++] = shares ? weight * shares[at]! : weight;
    }
  }

  #grow(): void {
    const twice = <T extends Uint32Array | Uint16Array | Float32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    const length = this.#size * 2;
    this.#parts = twice(this.#parts, new Uint32Array(length));
    this.#groups = twice(this.#groups, new Uint16Array(length));
    this.#weights = twice(this.#weights, new Float32Array(length));
  }

  /** Sums the uses by part and group. @param all weight of all titles, for rarities; undefined: no affinities. */
  counts(groupCount: number, a: number, all: number | undefined): PartCounts {
    const partCount = this.#ids.size;
    const starts = new Uint32Array(partCount + 1);
    for (let use = 0; use < this.#size; use++) starts[this.#parts[use]! + 1]!++;
    for (let part = 0; part < partCount; part++) starts[part + 1]! += starts[part]!;
    const order = new Uint32Array(this.#size);
    const next = starts.slice();
    for (let use = 0; use < this.#size; use++) order[next[this.#parts[use]!]!++] = use;
    const offsets = new Uint32Array(partCount + 1);
    const groups = new Uint16Array(this.#size);
    const gains = new Float32Array(this.#size);
    const affinities = all === undefined ? undefined : new Float32Array(this.#size);
    const sums = new Float32Array(groupCount);
    const totals = new Float64Array(groupCount);
    let at = 0;
    for (let part = 0; part < partCount; part++) {
      const from = at;
      let whole = 0;
      for (let place = starts[part]!; place < starts[part + 1]!; place++) {
        const use = order[place]!;
        const group = this.#groups[use]!;
        if (sums[group] === 0) groups[at++] = group;
        sums[group]! += this.#weights[use]!;
        whole += this.#weights[use]!;
      }
      const rarity = Math.log(1 + (all ?? 0) / whole);
      for (let place = from; place < at; place++) {
        const group = groups[place]!;
        const sum = sums[group]!;
        gains[place] = Math.log((sum + a) / a);
        if (affinities) affinities[place] = rarity * Math.log(1 + sum / whole / shareFloor);
        totals[group]! += sum;
        sums[group] = 0;
      }
      offsets[part + 1] = at;
    }
    return {
      ids: this.#ids,
      offsets,
      groups: groups.slice(0, at),
      gains: gains.slice(0, at),
      affinities: affinities?.slice(0, at),
      base: Float32Array.from(totals, (total) => Math.log(a / (total + a * partCount))),
    };
  }
}
