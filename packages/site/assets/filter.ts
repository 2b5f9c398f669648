// Narrows a list of the page to what holds the words typed.
const box = document.querySelector<HTMLElement>('[data-filter]');
const input = box?.querySelector('input');
const said = box?.querySelector('[role="status"]');

if (box && input && said) {
  box.hidden = false;
  input.addEventListener('input', () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const group of document.querySelectorAll<HTMLElement>('[data-filter-group]')) {
      let here = 0;
      for (const item of group.querySelectorAll<HTMLElement>('[data-filter-item]')) {
        const text = item.textContent.toLowerCase();
        item.hidden = !words.every((word) => text.includes(word));
        if (!item.hidden) here += 1;
      }
      group.hidden = here === 0;
      shown += here;
    }
    said.textContent = words.length > 0 ? `${shown} found` : '';
  });
}
