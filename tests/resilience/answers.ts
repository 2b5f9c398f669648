import { strong } from './etag';

/** What is known of the right answers: by question, the body under each ETag, which stands for one release set. */
export class Answers {
  private readonly bodies = new Map<string, Map<string, string>>();
  /** First seen while something was broken, so that they prove nothing before they are asked for again. */
  private readonly unproven = new Map<string, { readonly path: string; readonly etag: string }>();

  /** Bodies that differ from the one known for their ETag. */
  private readonly suspects: { readonly path: string; readonly body: string }[] = [];

  /** The ETag seen last. */
  readonly latest = new Map<string, string>();

  learn(path: string, etag: string, body: string): void {
    let known = this.bodies.get(path);
    if (!known) this.bodies.set(path, (known = new Map()));
    known.set(etag, body);
    this.latest.set(path, etag);
  }

  /** Whether the body is the one of this release set; of a set seen for the first time, that is to be proven later. */
  isRight(path: string, etag: string, body: string): boolean {
    const expected = this.bodies.get(path)?.get(etag);
    if (expected !== undefined) return expected === body;
    this.learn(path, etag, body);
    this.unproven.set(`${etag} ${path}`, { path, etag });
    return true;
  }

  /** Whether the body is that of any release set known. */
  isKnown(path: string, body: string): boolean {
    return [...(this.bodies.get(path)?.values() ?? [])].includes(body);
  }

  /** The body may be that of a release set which is not known yet. */
  suspect(path: string, body: string): void {
    this.suspects.push({ path, body });
  }

  /**
   * Asks again for what was learned while something was broken. @returns paths whose answer was another one then, and
   * how many cannot be told because their release set no longer serves.
   */
  async prove(base: string): Promise<{ wrong: string[]; unproven: number }> {
    const wrong: string[] = [];
    let unproven = 0;
    const waiting = [...this.unproven.values()];
    this.unproven.clear();
    const one = async ({ path, etag }: { path: string; etag: string }) => {
      const response = await fetch(`${base}${path}`);
      const body = await response.text();
      if (strong(response.headers.get('etag')) !== etag) unproven += 1;
      else if (this.bodies.get(path)!.get(etag) !== body) wrong.push(path);
    };
    while (waiting.length > 0) await Promise.all(waiting.splice(0, 8).map(one));
    for (const { path, body } of this.suspects.splice(0)) {
      const response = await fetch(`${base}${path}`);
      this.learn(path, strong(response.headers.get('etag')), await response.text());
      if (!this.isKnown(path, body)) wrong.push(path);
    }
    return { wrong, unproven };
  }
}
