import { css } from 'lit';

/** Serves a frame that is set dark, and one that follows a reader's dark system. */
const dark = css`
  color-scheme: dark;
  --text: var(--lmi-text, #f3f4f5);
  --quiet: var(--lmi-quiet, #c4c8cc);
  --link: var(--lmi-link, #8fc4f5);
  --background: var(--lmi-background, #15181b);
  --surface: var(--lmi-surface, #22272c);
  --border: var(--lmi-border, #5d656d);
  --field: var(--lmi-field, #c4c8cc);
  --button: var(--lmi-button, #59c39b);
  --button-text: var(--lmi-button-text, #0b0c0c);
  --average: var(--lmi-average, #f3f4f5);
  --accent: var(--lmi-accent, #6fb2ef);
`;

/**
 * The frame of a widget. The host keeps what a page may want to say of it (display, width, margin); what would break it is
 * taken back with !important, which from inside a shadow root beats the page's own. Inside, `all: initial` lets nothing
 * be inherited but visibility, by which tab scripts hide.
 */
export const frameStyles = css`
  :host {
    display: block;
    box-sizing: border-box !important;
    min-width: 0 !important;
    max-width: 100% !important;
    padding: 0 !important;
    border: 0 !important;
    background: none !important;
    float: none !important;
    position: relative !important;
    inset: auto !important;
    transform: none !important;
    text-indent: 0 !important;
    overflow: visible !important;
    max-height: none !important;
  }
  :host([hidden]) {
    display: none !important;
  }
  .frame {
    all: initial;
    visibility: inherit;
    display: block;
    container-type: inline-size;
    --text: var(--lmi-text, #0b0c0c);
    --quiet: var(--lmi-quiet, #484949);
    --link: var(--lmi-link, #1a65a6);
    --background: var(--lmi-background, #ffffff);
    --surface: var(--lmi-surface, #f4f6f8);
    --border: var(--lmi-border, #b1b4b6);
    --field: var(--lmi-field, #0b0c0c);
    --focus: var(--lmi-focus, #ffdd00);
    --focus-text: #0b0c0c;
    --button: var(--lmi-button, #0f5e3f);
    --button-text: var(--lmi-button-text, #ffffff);
    --average: var(--lmi-average, #0b0c0c);
    --accent: var(--lmi-accent, #1a65a6);
    font-family: var(--lmi-font, system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif);
    line-height: 1.45;
    color: var(--text);
    text-align: start;
    -webkit-text-size-adjust: 100%;
  }
  .frame[data-theme='dark'] {
    ${dark}
  }
  @media (prefers-color-scheme: dark) {
    .frame[data-theme='auto'] {
      ${dark}
    }
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  .inside {
    background: var(--background);
    padding: 1.25em;
    border-top: 0.3em solid var(--accent);
    border-radius: 0.15em;
  }
  h2,
  h3,
  h4,
  p,
  ul,
  ol,
  dl,
  dd,
  figure,
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  h2 {
    font-size: 1.6em;
    line-height: 1.2;
    letter-spacing: -0.01em;
  }
  h3 {
    font-size: 1.19em;
    line-height: 1.25;
  }
  h4 {
    font-size: 1em;
  }
  a {
    color: var(--link);
    text-underline-offset: 0.12em;
  }
  button {
    font: inherit;
    color: inherit;
    cursor: pointer;
    border-radius: 0.15em;
    min-height: 2.6em;
    padding: 0.4em 1em;
  }
  .primary {
    font-weight: 600;
    color: var(--button-text);
    background: var(--button);
    border: 2px solid transparent;
  }
  .plain {
    color: var(--text);
    background: transparent;
    border: 1px solid var(--border);
  }
  .plain:hover {
    background: var(--surface);
  }
  :focus-visible {
    outline: 3px solid var(--focus);
    outline-offset: 0;
    box-shadow: 0 0 0 5px var(--focus-text);
  }
  .quiet {
    color: var(--quiet);
    font-size: 0.875em;
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .trouble {
    border-inline-start: 0.3em solid #b1361e;
    padding: 0.3em 0 0.3em 0.9em;
    display: grid;
    gap: 0.6em;
    justify-items: start;
  }
  @media (prefers-reduced-motion: no-preference) {
    .arriving {
      animation: arrive 0.25s ease-out;
    }
    @keyframes arrive {
      from {
        opacity: 0;
        translate: 0 0.4em;
      }
    }
  }
  @media print {
    .frame,
    .frame[data-theme] {
      --text: #000;
      --quiet: #333;
      --link: #000;
      --background: #fff;
      --surface: #fff;
      --border: #777;
      --average: #000;
      font-size: 10pt;
    }
    .inside {
      padding: 0;
      border-top: 0;
    }
    .screen {
      display: none !important;
    }
  }
`;
