import type { SearchOccupationsReply } from '@lmi/contracts';
import { LmiError } from '@lmi/kit';
import type { Bytes } from '../http/answer';

/**
 * Occupations as API v1 writes them, kept as the bytes of their JSON for one release set. A search answers with up to thirty of them,
 * each with up to hundreds of job titles: the codes of the hits are asked for, and the answer put together from here.
 */
export class OccupationTexts {
  private set = '';
  /** Each begins with a comma, which the first of an answer leaves out. */
  private readonly byCode = new Map<string, Buffer>();

  /** @param enabled false: nothing is kept, and every search asks for the texts. */
  constructor(private readonly enabled: boolean) {}

  /**
   * The bytes of the JSON array of the hits of one search, best first.
   * @param set hash of the release set that serves.
   * @param search asks the service, for codes alone or for the texts of the occupations too.
   */
  async list(
    set: string,
    search: (whole: boolean) => Promise<SearchOccupationsReply>,
  ): Promise<{ readonly bytes: Bytes; readonly reply: SearchOccupationsReply }> {
    if (this.enabled && this.set === set) {
      const reply = await search(false);
      const texts = reply.hits.map((hit) => this.byCode.get(hit.occupation?.code ?? ''));
      if (texts.every((text) => text !== undefined)) return { bytes: arrayOf(texts), reply };
    }
    const reply = await search(true);
    if (this.set !== set) this.byCode.clear();
    this.set = set;
    // A service of another version, while one is rolled out, may not know what is asked of it.
    if (reply.hits.some(({ v1Text }) => v1Text.length === 0)) {
      throw new LmiError('unavailable', 'Occupations came without their texts.');
    }
    if (!this.enabled) {
      // What nobody keeps is written sooner in one piece.
      const pieces = reply.hits.flatMap(({ v1Text }) => [comma, v1Text]).slice(1);
      return { bytes: [Buffer.concat([opening, ...pieces, closing])], reply };
    }
    const texts = reply.hits.map(({ occupation, v1Text }) => {
      const code = occupation?.code ?? '';
      // One piece a code: answers that are kept already hold it.
      const text = this.byCode.get(code) ?? Buffer.concat([comma, v1Text]);
      this.byCode.set(code, text);
      return text;
    });
    return { bytes: arrayOf(texts), reply };
  }
}

const [opening, comma, closing] = [Buffer.from('['), Buffer.from(','), Buffer.from(']')];

/** A JSON array in pieces, so that each kept search holds the occupations' texts in common with all others. */
function arrayOf([first, ...others]: readonly Buffer[]): Buffer[] {
  return first ? [opening, first.subarray(1), ...others, closing] : [opening, closing];
}
