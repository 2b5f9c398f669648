import { createHash, randomBytes } from 'node:crypto';

/**
 * Numbers that client systems are told apart by. An address gets one of them by a salted hash, and another each day:
 * it shares it with thousands of addresses, so that no number leads back to one. nginx draws them in three parts of fifty.
 */
export const SYSTEM_NUMBERS = 50 ** 3;

/**
 * How many different systems there were, by linear counting (Whang and others, 1990): a map of bits, one a number. Two
 * systems that share a number are made up for by the estimate; its standard error is under 1 % up to 100,000 systems.
 */
export class SystemCount {
  private readonly bits: Buffer;

  /** @param sketch as {@link toString} gave it. */
  constructor(sketch?: string) {
    const bytes = Math.ceil(SYSTEM_NUMBERS / 8);
    this.bits = sketch ? Buffer.from(sketch, 'base64') : Buffer.alloc(bytes);
    if (this.bits.length !== bytes) this.bits = Buffer.alloc(bytes);
  }

  add(number: number): void {
    this.bits[number >> 3]! |= 1 << (number & 7);
  }

  merge(other: SystemCount): void {
    for (let i = 0; i < this.bits.length; i++) this.bits[i]! |= other.bits[i]!;
  }

  get estimate(): number {
    let set = 0;
    for (let byte of this.bits) for (; byte; byte &= byte - 1) set += 1;
    if (set >= SYSTEM_NUMBERS) return SYSTEM_NUMBERS;
    return Math.round(-SYSTEM_NUMBERS * Math.log(1 - set / SYSTEM_NUMBERS));
  }

  toString(): string {
    return this.bits.toString('base64');
  }
}

/** Draws numbers for addresses where no nginx does; the salt is in memory alone, and another one each day. */
export class SystemNumbers {
  private day = '';
  private salt = '';

  of(address: string, day: string): number {
    if (day !== this.day) {
      this.day = day;
      this.salt = randomBytes(16).toString('hex');
    }
    return createHash('sha256').update(`${this.salt} ${address}`).digest().readUInt32BE(0) % SYSTEM_NUMBERS;
  }
}
