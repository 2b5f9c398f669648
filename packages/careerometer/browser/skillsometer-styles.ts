import { css } from 'lit';

export const skillsometerStyles = css`
  header,
  form,
  .results {
    display: grid;
    gap: 1em;
  }
  header {
    gap: 0.4em;
    margin-bottom: 1.25em;
  }
  .group {
    display: grid;
    gap: 0;
  }
  .group h3 {
    padding-bottom: 0.4em;
    border-bottom: 2px solid var(--border);
  }
  .question {
    display: grid;
    gap: 0.4em;
    padding: 0.7em 0;
    border-bottom: 1px solid var(--border);
    min-width: 0;
  }
  .question legend {
    float: left;
    padding: 0;
    font-weight: 600;
  }
  .scale {
    clear: both;
    display: grid;
    grid-template-columns: repeat(5, minmax(0, 1fr));
  }
  .scale label {
    position: relative;
    display: grid;
    place-items: center;
    min-height: 2.75em;
    padding: 0.25em 0.15em;
    border: 1px solid var(--border);
    margin-inline-start: -1px;
    text-align: center;
    font-size: 0.8125em;
    line-height: 1.2;
    cursor: pointer;
    background: var(--background);
    overflow-wrap: anywhere;
  }
  .scale label:hover {
    background: var(--surface);
  }
  .scale input {
    position: absolute;
    inset: 0;
    margin: 0;
    opacity: 0;
    cursor: pointer;
  }
  .scale label:has(:checked) {
    color: #ffffff;
    background: #1a5490;
    border-color: #1a5490;
    font-weight: 600;
    z-index: 1;
  }
  .scale label:has(:focus-visible) {
    outline: 3px solid var(--focus);
    box-shadow: 0 0 0 5px var(--focus-text);
    z-index: 2;
  }
  .scale span {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  .scale b {
    font-size: 1.2em;
  }
  .ends {
    padding: 0.5em 0;
  }
  .more {
    justify-self: start;
  }
  @container (min-width: 40em) {
    .ends,
    .scale b {
      display: none;
    }
    .scale span {
      position: static;
      width: auto;
      height: auto;
      clip-path: none;
    }
    .question {
      grid-template-columns: minmax(0, 2fr) minmax(0, 3fr);
      align-items: center;
      gap: 1.5em;
    }
    .question legend {
      float: left;
      width: 100%;
    }
    .scale {
      clear: none;
    }
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.7em;
  }
  .results {
    margin-top: 1.5em;
    gap: 0.8em;
  }
  .results h3:focus {
    outline: none;
  }
  .jobs {
    display: grid;
    gap: 0.8em;
  }
  .job {
    display: grid;
    gap: 0.5em;
    padding: 1em 1.1em;
    border: 1px solid var(--border);
    border-radius: 0.3em;
    break-inside: avoid;
  }
  .line {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0.2em 1em;
  }
  .line a {
    font-weight: 700;
    font-size: 1.06em;
  }
  .line strong {
    font-variant-numeric: tabular-nums;
  }
  .bar {
    display: block;
    width: 100%;
    height: 0.7em;
  }
  .bar .track {
    fill: var(--surface);
  }
  .bar .value {
    fill: var(--accent);
  }
  .reasons {
    display: grid;
    gap: 0.4em 1.5em;
    font-size: 0.9375em;
  }
  .reasons h4 {
    margin: 0;
    font-size: 1em;
    font-weight: 600;
  }
  .reasons li::before {
    content: '+ ';
    font-weight: 700;
  }
  .reasons .against li::before {
    content: '− ';
  }
  @container (min-width: 40em) {
    .reasons:has(.against) {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
  }
  footer {
    margin-top: 1em;
    display: grid;
    gap: 0.5em;
  }
`;
