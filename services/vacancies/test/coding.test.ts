import { CodeTitlesReply, OccupationServiceDefinition } from '@lmi/contracts';
import { InProcessCalls, type Handlers } from '@lmi/kit';
import { createCoder } from '../src/coding';

test('an advert has no code that runs of letters alone suggest', async () => {
  const calls = new InProcessCalls();
  const choices = [{ code: '3415', probability: 0.8, matchedTitle: '', title: 'Musicians' }];
  const handlers = {
    async codeTitles({ titles }: { titles: readonly { title: string }[] }) {
      const codings = titles.map(({ title }) => ({
        choices,
        refused: title === 'violist' ? 'unknown-words' : '',
      }));
      return CodeTitlesReply.fromPartial({ codings, release: 'soc-test' });
    },
  };
  calls.register(
    OccupationServiceDefinition,
    handlers as unknown as Handlers<typeof OccupationServiceDefinition>,
  );
  const context = { traceId: '0'.repeat(32), deadline: Date.now() + 60_000 };
  const codings = await createCoder(calls)(['violist', 'violinist'], context);
  expect(codings.get('violist')).toEqual({ soc: undefined, confidence: 0 });
  expect(codings.get('violinist')).toEqual({ soc: '3415', confidence: 0.8 });
});
