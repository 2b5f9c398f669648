import { KeyNumbers } from '../src/key-numbers';

describe('numbers of keys', () => {
  it.each([
    ['that follow each other', (at: number) => at],
    ['spread over 32 bits', (at: number) => Math.imul(at, 0x6c078965) >>> 0],
    ['that differ in their high bits alone', (at: number) => (at << 20) >>> 0],
  ])('are those of a Map, for keys %s', (_, keyOf) => {
    const numbers = new KeyNumbers();
    const map = new Map<number, number>();
    for (let at = 0; at < 6_000; at++) {
      const key = keyOf(at % 4_000);
      if (!map.has(key)) map.set(key, map.size);
      expect(numbers.number(key)).toBe(map.get(key));
    }
    expect(numbers.size).toBe(map.size);
    for (let at = 0; at < 8_000; at++) expect(numbers.get(keyOf(at))).toBe(map.get(keyOf(at)));
  });
});
