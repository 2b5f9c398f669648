// The first call is made in the page: the answer appears below the form instead of in its place.
const form = document.querySelector<HTMLFormElement>('form[data-first-call]');
const panel = document.querySelector<HTMLElement>('[data-first-answer]');

async function sendCall(): Promise<void> {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form!)) if (typeof value === 'string') query.set(name, value);
  const address = `/api/v2/pay?${query.toString()}`;
  const line = document.querySelector('#first-line');
  if (line) line.textContent = `curl "${location.origin}${address}"`;
  const status = panel!.querySelector('[data-first-status]')!;
  const body = panel!.querySelector('[data-first-body]')!;
  panel!.hidden = false;
  const started = performance.now();
  try {
    const response = await fetch(address);
    const answer: unknown = await response.json();
    status.textContent = `Status ${response.status} after ${Math.max(1, Math.round(performance.now() - started))} ms.`;
    body.textContent = JSON.stringify(answer, undefined, 2);
  } catch {
    status.textContent = 'The service could not be reached.';
    body.textContent = '';
  }
}

form?.addEventListener('submit', (event) => {
  event.preventDefault();
  void sendCall();
});
