import type { SearchOccupationsReply } from '@lmi/contracts';
import { v1Text } from '../http/errors';

/**
 * Occupations as API v1 writes them, kept as JSON text for one release set. A search answers with up to thirty of them,
 * each with up to hundreds of job titles: the codes of the hits are asked for, and the texts put together from here.
 */
export class OccupationTexts {
  private set = '';
  private readonly byCode = new Map<string, string>();

  /** @param enabled false: nothing is kept, and every search asks for whole occupations. */
  constructor(private readonly enabled: boolean) {}

  /**
   * The JSON array of the hits of one search, best first.
   * @param set hash of the release set that serves.
   * @param search asks the service, for codes alone or for whole occupations.
   * @param write one occupation as v1 has it.
   */
  async list(
    set: string,
    search: (full: boolean) => Promise<SearchOccupationsReply>,
    write: (occupation: NonNullable<SearchOccupationsReply['hits'][number]['occupation']>) => unknown,
  ): Promise<{ readonly text: string; readonly reply: SearchOccupationsReply }> {
    if (this.enabled && this.set === set) {
      const reply = await search(false);
      const texts = reply.hits.map((hit) => this.byCode.get(hit.occupation?.code ?? ''));
      if (texts.every((text) => text !== undefined)) return { text: `[${texts.join()}]`, reply };
    }
    const reply = await search(true);
    if (this.set !== set) this.byCode.clear();
    this.set = set;
    const texts = reply.hits.flatMap(({ occupation }) => {
      if (!occupation) return [];
      const text = v1Text(write(occupation));
      if (this.enabled) this.byCode.set(occupation.code, text);
      return [text];
    });
    return { text: `[${texts.join()}]`, reply };
  }
}
