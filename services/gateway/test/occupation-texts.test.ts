import { Occupation, type SearchOccupationsReply } from '@lmi/contracts';
import { joined, type Bytes } from '../src/http/answer';
import { OccupationTexts } from '../src/v1/occupation-texts';

const titles: Readonly<Record<string, string>> = {
  '5314': 'Plumbers – ŵ',
  '9120': 'Labourers',
  '5242': 'Engineers',
};

/** A search service that knows what it was asked. */
function service(codes: readonly string[]) {
  const asked: boolean[] = [];
  const search = async (whole: boolean): Promise<SearchOccupationsReply> => {
    asked.push(whole);
    return {
      release: 'soc-1',
      linkRelease: '',
      hits: codes.map((code) => ({
        occupation: Occupation.fromPartial({ code }),
        score: 0,
        matchedTitle: '',
        reason: '',
        v1Text: Buffer.from(whole ? JSON.stringify({ soc: Number(code), title: titles[code] }) : ''),
      })),
    };
  };
  return { asked, search };
}

const textOf = (bytes: Bytes) => Buffer.from(joined(bytes), 'latin1').toString('utf8');

describe('occupations kept for search', () => {
  it('are asked for whole once, and by code afterwards, with equal answers', async () => {
    const texts = new OccupationTexts(true);
    const { asked, search } = service(['5314', '9120']);
    const first = await texts.list('a', search);
    const again = await texts.list('a', search);
    expect(asked).toEqual([true, false]);
    expect(again.bytes).toEqual(first.bytes);
    expect(JSON.parse(textOf(first.bytes))).toEqual([
      { soc: 5314, title: 'Plumbers – ŵ' },
      { soc: 9120, title: 'Labourers' },
    ]);
  });

  it('are asked for whole when one of the hits is not kept yet', async () => {
    const texts = new OccupationTexts(true);
    await texts.list('a', service(['5314']).search);
    const { asked, search } = service(['5242', '5314']);
    const { bytes } = await texts.list('a', search);
    expect(asked).toEqual([false, true]);
    expect(JSON.parse(textOf(bytes))).toHaveLength(2);
  });

  it('are forgotten when another release set serves', async () => {
    const texts = new OccupationTexts(true);
    await texts.list('a', service(['5314']).search);
    const { asked, search } = service(['5314']);
    await texts.list('b', search);
    expect(asked).toEqual([true]);
  });

  it('are not taken from a service that leaves the texts out', async () => {
    const without = service(['5314']).search;
    const texts = new OccupationTexts(true);
    await expect(texts.list('a', () => without(false))).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('are not kept when caches are off, and no hit is an empty list', async () => {
    const texts = new OccupationTexts(false);
    const { asked, search } = service(['5314']);
    await texts.list('a', search);
    await texts.list('a', search);
    expect(asked).toEqual([true, true]);
    expect(joined((await texts.list('a', service([]).search)).bytes)).toBe('[]');
  });
});
