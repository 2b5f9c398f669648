/** No number yet. */
const free = 0;
const firstSlots = 1 << 10;

/** Numbers 32-bit keys from 0 in the order they are met. Takes a third of the memory of a Map, which boxes large keys. */
export class KeyNumbers {
  #size = 0;
  /** Key of each number. */
  #keys = new Uint32Array(firstSlots / 2);
  /** Number + 1 of the key that lies there; twice as many slots as there are keys, or more. */
  #slots = new Uint32Array(firstSlots);

  get size(): number {
    return this.#size;
  }

  get(key: number): number | undefined {
    const number = this.#slots[this.#slotOf(key)]!;
    return number === free ? undefined : number - 1;
  }

  /** @returns the number of the key, a new one where it has none. */
  number(key: number): number {
    const slot = this.#slotOf(key);
    const known = this.#slots[slot]!;
    if (known !== free) return known - 1;
    this.#keys[this.#size] = key;
    this.#slots[slot] = ++this.#size;
    if (this.#size === this.#keys.length) this.#grow();
    return this.#size - 1;
  }

  /** The slot of the key, or the free one where it would be. */
  #slotOf(key: number): number {
    const mask = this.#slots.length - 1;
    const mixed = Math.imul(key, 0x9e3779b1);
    let slot = (mixed ^ (mixed >>> 15)) & mask;
    for (;;) {
      const number = this.#slots[slot]!;
      if (number === free || this.#keys[number - 1] === key) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const keys = this.#keys;
    this.#keys = new Uint32Array(keys.length * 2);
    this.#keys.set(keys);
    this.#slots = new Uint32Array(this.#keys.length * 2);
    for (let number = 0; number < this.#size; number++) {
      this.#slots[this.#slotOf(keys[number]!)] = number + 1;
    }
  }
}
