import accessibleAutocomplete from 'accessible-autocomplete';

interface Suggestion {
  readonly jobTitle: string;
  readonly code: string;
  readonly title: string;
}

/** Pause after a key before the service is asked. */
const PAUSE_MS = 120;

async function suggestions(q: string): Promise<Suggestion[]> {
  const response = await fetch(`/api/v2/occupations/suggest?limit=8&q=${encodeURIComponent(q)}`);
  if (!response.ok) return [];
  const body = (await response.json()) as { suggestions: Suggestion[] };
  return body.suggestions;
}

function escaped(text: string): string {
  const span = document.createElement('span');
  span.textContent = text;
  return span.innerHTML;
}

for (const field of document.querySelectorAll('[data-suggest]')) {
  const input = field.querySelector('input');
  if (!input) continue;
  let asked = 0;
  const place = document.createElement('div');
  field.append(place);
  const { id, name, value } = input;
  const described = input.getAttribute('aria-describedby');
  input.remove();
  accessibleAutocomplete({
    element: place,
    id,
    name,
    defaultValue: value,
    confirmOnBlur: false,
    autoselect: false,
    minLength: 2,
    displayMenu: 'overlay',
    tNoResults: () => 'No occupation fits',
    source(query: string, show: (found: Suggestion[]) => void) {
      const turn = ++asked;
      setTimeout(() => {
        if (turn !== asked) return;
        suggestions(query).then(
          (found) => {
            if (turn === asked) show(found);
          },
          () => show([]),
        );
      }, PAUSE_MS);
    },
    templates: {
      inputValue: (each?: Suggestion) => each?.jobTitle ?? '',
      suggestion: (each: Suggestion) =>
        each.jobTitle && each.jobTitle !== each.title
          ? `${escaped(each.jobTitle)} <span class="lmi-suggestion">${escaped(each.title)}</span>`
          : escaped(each.title),
    },
    onConfirm(each?: Suggestion) {
      if (each) location.assign(`/occupations/${each.code}`);
    },
  });
  if (described) document.getElementById(id)?.setAttribute('aria-describedby', described);
}
