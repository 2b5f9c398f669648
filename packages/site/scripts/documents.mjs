// Makes HTML of the project's own texts: docs/ and content/. Links between texts become links between pages; what has no
// page stays as plain words.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import MarkdownIt from 'markdown-it';

/** Texts with a page: file below the project's folder, and address. */
function sources(root, content) {
  const methods = readdirSync(path.join(root, 'docs/methods'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => [path.join(root, 'docs/methods', name), `/methods/${name.slice(0, -3)}`]);
  return [
    [path.join(content, 'faq.md'), '/faq'],
    [path.join(content, 'cite.md'), '/cite'],
    [path.join(root, 'docs/compatibility.md'), '/compatibility'],
    [path.join(root, 'docs/api/v1.md'), '/compatibility/v1'],
    [path.join(root, 'docs/performance.md'), '/performance'],
    [path.join(root, 'docs/resilience.md'), '/resilience'],
    [path.join(root, 'docs/mcp.md'), '/assistants'],
    [path.join(root, 'docs/comparison.md'), '/comparison'],
    [path.join(root, 'docs/accuracy.md'), '/accuracy/measured'],
    ...methods,
  ].filter(([file]) => existsSync(file));
}

const slugOf = (text) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

const HEADINGS = { h1: 'xl', h2: 'm', h3: 's', h4: 's' };
const CLASSES = {
  paragraph_open: 'govuk-body',
  bullet_list_open: 'govuk-list govuk-list--bullet',
  ordered_list_open: 'govuk-list govuk-list--number',
  blockquote_open: 'govuk-inset-text',
  table_open: 'govuk-table',
  thead_open: 'govuk-table__head',
  tbody_open: 'govuk-table__body',
  tr_open: 'govuk-table__row',
  th_open: 'govuk-table__header',
  td_open: 'govuk-table__cell',
};

function toHtml(text, linkTo) {
  const markdown = new MarkdownIt({ html: false, typographer: false });
  const tokens = markdown.parse(text, {});
  const used = new Map();
  let title = '';
  let summary = '';
  tokens.forEach((token, at) => {
    if (token.type === 'heading_open') {
      const words = tokens[at + 1].children.map(({ content }) => content).join('');
      if (token.tag === 'h1') title ||= words;
      token.attrSet('class', `govuk-heading-${HEADINGS[token.tag] ?? 's'}`);
      const slug = slugOf(words);
      const count = used.get(slug) ?? 0;
      used.set(slug, count + 1);
      token.attrSet('id', count ? `${slug}-${count}` : slug);
    } else if (CLASSES[token.type]) token.attrSet('class', CLASSES[token.type]);
    if (token.type === 'th_open') {
      token.attrSet('scope', 'col');
      // An empty heading says nothing: the column's cells do.
      if (tokens[at + 1].content.trim() === '') {
        token.tag = 'td';
        tokens[at + 2].tag = 'td';
        token.attrs = [['class', 'govuk-table__cell']];
      }
    }
    // Alignment is written as a style attribute, which the policy forbids.
    if (token.attrs) token.attrs = token.attrs.filter(([name]) => name !== 'style');
    if (token.type === 'inline') {
      if (!summary && tokens[at - 1].type === 'paragraph_open')
        summary = token.children.map(({ content, type }) => (type === 'softbreak' ? ' ' : content)).join('');
      relink(token.children, linkTo);
    }
  });
  const rules = markdown.renderer.rules;
  let tables = 0;
  rules.table_open = (list, at, options, _env, self) =>
    `<div class="lmi-table-frame" tabindex="0" role="region" aria-label="Table ${++tables}">${self.renderToken(list, at, options)}`;
  rules.table_close = () => '</table></div>';
  rules.fence = rules.code_block = (list, at) =>
    `<pre class="lmi-code" data-copy tabindex="0"><code>${markdown.utils.escapeHtml(list[at].content.trimEnd())}</code></pre>`;
  return {
    title,
    summary: summary.split(/(?<=\.)\s/)[0],
    html: markdown.renderer.render(tokens, markdown.options, {}),
  };
}

function relink(children, linkTo) {
  const open = [];
  for (const child of children) {
    if (child.type === 'link_open') {
      const target = linkTo(child.attrGet('href'));
      open.push(target);
      if (target) {
        child.attrSet('href', target);
        child.attrSet('class', 'govuk-link');
      } else child.hidden = true;
    } else if (child.type === 'link_close' && !open.pop()) child.hidden = true;
  }
}

/** @returns the texts with their addresses, titles and HTML */
export function documents(root, content) {
  const list = sources(root, content);
  const pages = new Map(list);
  pages.set(path.join(root, 'docs/api/openapi.json'), '/api/v2/openapi.json');
  return list.map(([file, address]) => {
    const linkTo = (href) => {
      if (/^https?:|^[#/]/.test(href)) return href;
      const [target, anchor] = href.split('#');
      const page = pages.get(path.resolve(path.dirname(file), target));
      return page && (anchor ? `${page}#${anchor}` : page);
    };
    return { path: address, ...toHtml(readFileSync(file, 'utf8'), linkTo) };
  });
}
