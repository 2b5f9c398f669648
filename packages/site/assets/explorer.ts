import { addressOf, snippet, type Call, type Language } from '../src/snippets';

/** Longer answers are cut in the page; the whole is behind the address. */
const MOST_CHARACTERS = 60_000;

const form = document.querySelector<HTMLFormElement>('form[data-explorer]');
const panel = document.querySelector<HTMLElement>('[data-answer]');
for (const element of document.querySelectorAll<HTMLElement>('[data-needs-script]')) element.hidden = false;

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

function fields(): Field[] {
  return [...form!.querySelectorAll<Field>('[data-in]')];
}

function call(): Call {
  const filled = fields().filter(({ value }) => value.trim() !== '');
  const of = (place: string) =>
    filled
      .filter(({ dataset }) => dataset.in === place)
      .map(({ name, value }) => [name, value.trim()] as const);
  return {
    method: form!.dataset.method === 'POST' ? 'POST' : 'GET',
    template: form!.dataset.template!,
    path: Object.fromEntries(of('path')),
    query: of('query'),
    body: of('body')[0]?.[1],
  };
}

function showSnippets(): void {
  for (const block of document.querySelectorAll<HTMLElement>('[data-snippet]')) {
    block.querySelector('code')!.textContent = snippet(
      block.dataset.snippet as Language,
      call(),
      location.origin,
    );
  }
}

async function sendCall(): Promise<void> {
  const asked = call();
  const status = panel!.querySelector('[data-answer-status]')!;
  const headers = panel!.querySelector('[data-answer-headers]')!;
  const body = panel!.querySelector('[data-answer-body]')!;
  panel!.hidden = false;
  status.textContent = 'Asking …';
  const accept = form!.querySelector<HTMLSelectElement>('[data-in="accept"]')?.value ?? 'application/json';
  const started = performance.now();
  try {
    const response = await fetch(addressOf(asked), {
      method: asked.method,
      headers: {
        Accept: accept,
        ...(asked.body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(asked.body === undefined ? {} : { body: asked.body }),
    });
    const text = await response.text();
    const took = Math.max(1, Math.round(performance.now() - started));
    status.textContent = `Status ${response.status}, ${took} ms, ${text.length.toLocaleString('en-GB')} characters.`;
    headers.textContent = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
    const pretty = readable(text);
    body.textContent =
      pretty.length > MOST_CHARACTERS
        ? `${pretty.slice(0, MOST_CHARACTERS)}\n… (the rest is left out here)`
        : pretty;
  } catch {
    status.textContent = 'The service could not be reached.';
    headers.textContent = '';
    body.textContent = '';
  }
  panel!.querySelector<HTMLElement>('#answer')?.focus();
}

function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}

if (form && panel) {
  showSnippets();
  form.addEventListener('input', showSnippets);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void sendCall();
  });
}
