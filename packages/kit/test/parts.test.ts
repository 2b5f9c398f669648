import { invalidArgument, LmiError, partOf, valueOfPart } from '../src';

describe('parts of a call', () => {
  it('carry a value', async () => {
    expect(valueOfPart(await partOf(async () => 0))).toBe(0);
  });

  it('carry an error with its field and valid values', async () => {
    const part = await partOf(async () => {
      throw invalidArgument('area', 'There is no such area.', ['E12000007']);
    });
    expect(part.value).toBeUndefined();
    expect(() => valueOfPart(part)).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        message: 'There is no such area.',
        field: 'area',
        validValues: ['E12000007'],
      }),
    );
  });

  it('are unavailable when they did not come', () => {
    expect(() => valueOfPart(undefined)).toThrow(expect.objectContaining({ code: 'unavailable' }));
    const unknown = { code: 'of-another-version', message: '', field: '', validValues: [] };
    expect(() => valueOfPart({ value: undefined, error: unknown })).toThrow(
      expect.objectContaining({ code: 'unavailable', field: undefined, validValues: undefined }),
    );
  });

  it('hide no fault of the program', async () => {
    for (const fault of [new TypeError('x is undefined'), new LmiError('internal', 'broken')]) {
      await expect(
        partOf(async () => {
          throw fault;
        }),
      ).rejects.toBe(fault);
    }
  });
});
