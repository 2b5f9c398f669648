/** How long a button says that it has copied. */
const SAID_MS = 2500;

// Lines to copy name the address that the service was set up with; the one that the reader sees works for sure.
const written = document.documentElement.dataset.publicUrl;
for (const block of document.querySelectorAll<HTMLElement>('[data-copy]')) {
  const code = block.querySelector('code') ?? block;
  if (written && written !== location.origin) {
    for (const node of code.querySelectorAll('*')) if (node.childElementCount === 0) relocate(node);
    if (code.childElementCount === 0) relocate(code);
  }
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'govuk-button govuk-button--secondary lmi-copy';
  button.textContent = 'Copy';
  const said = document.createElement('span');
  said.className = 'govuk-visually-hidden';
  said.setAttribute('role', 'status');
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(code.textContent.trim()).then(
      () => say('Copied'),
      () => say('Select the text and copy it by hand'),
    );
  });
  function say(text: string) {
    button.textContent = text;
    said.textContent = text;
    setTimeout(() => {
      button.textContent = 'Copy';
      said.textContent = '';
    }, SAID_MS);
  }
  block.after(button, said);
}

function relocate(node: Element): void {
  node.textContent = (node.textContent ?? '').replaceAll(written!, location.origin);
}
