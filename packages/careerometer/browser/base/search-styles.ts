import { css } from 'lit';

/** Of the search: it stands inside a frame, whose colours it uses. */
export const searchStyles = css`
  :host {
    display: block;
  }
  * {
    box-sizing: border-box;
  }
  .field {
    position: relative;
  }
  .search {
    display: grid;
    gap: 0.35em;
  }
  label {
    font-weight: 700;
    font-size: 1.19em;
  }
  .label {
    display: block;
    font-weight: 600;
    font-size: 0.84em;
    margin-top: 0.5em;
  }
  p {
    margin: 0;
    color: var(--quiet);
    font-size: 0.9375em;
  }
  input {
    font: inherit;
    width: 100%;
    min-height: 2.6em;
    padding: 0.35em 0.5em;
    color: var(--text);
    background: var(--background);
    border: 2px solid var(--field);
    border-radius: 0;
  }
  input:focus-visible,
  button:focus-visible {
    outline: 3px solid var(--focus);
    outline-offset: 0;
    box-shadow: inset 0 0 0 2px var(--focus-text);
  }
  ul {
    list-style: none;
    margin: 0;
    padding: 0;
    position: absolute;
    z-index: 10;
    top: 100%;
    left: 0;
    right: 0;
    max-height: 22em;
    overflow-y: auto;
    background: var(--background);
    border: 2px solid var(--field);
    border-top: 0;
    box-shadow: 0 0.4em 1em rgb(0 0 0 / 0.2);
  }
  ul[hidden] {
    display: none;
  }
  li {
    padding: 0.55em 0.6em;
    cursor: pointer;
    border-top: 1px solid var(--border);
  }
  li:first-child {
    border-top: 0;
  }
  li small {
    display: block;
    color: var(--quiet);
    font-size: 0.875em;
  }
  li:hover {
    background: var(--surface);
  }
  li[aria-selected='true'] {
    color: #ffffff;
    background: #1a5490;
    outline: 2px solid transparent;
  }
  li[aria-selected='true'] small {
    color: #ffffff;
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
  .said {
    color: var(--text);
  }
  button {
    font: inherit;
    justify-self: start;
    min-height: 2.6em;
    padding: 0.3em 1em;
    color: var(--text);
    background: transparent;
    border: 1px solid var(--border);
    cursor: pointer;
  }
`;
