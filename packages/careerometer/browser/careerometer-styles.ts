import { css } from 'lit';

export const careerometerStyles = css`
  header {
    display: grid;
    gap: 0.4em;
    margin-bottom: 1.25em;
  }
  .slots {
    display: grid;
    gap: 1em;
  }
  .slot {
    min-width: 0;
  }
  .empty {
    border: 2px dashed var(--border);
    border-radius: 0.3em;
    padding: 1.1em;
  }
  .card {
    border: 1px solid var(--border);
    border-radius: 0.3em;
    display: grid;
    align-content: start;
    overflow: hidden;
    background: var(--background);
  }
  .card > * {
    padding: 1em 1.1em;
  }
  .card > section {
    border-top: 1px solid var(--border);
    display: grid;
    align-content: start;
    gap: 0.45em;
  }
  .head {
    background: var(--surface);
    display: grid;
    align-content: start;
    gap: 0.6em;
  }
  .head h3:focus {
    outline: none;
  }
  .head p {
    font-size: 0.9375em;
  }
  .head button {
    min-height: 2.2em;
    padding: 0.2em 0.8em;
    font-size: 0.875em;
    background: var(--background);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.4em 1em;
    align-self: end;
  }
  h4 {
    color: var(--quiet);
    font-weight: 600;
    font-size: 0.9375em;
  }
  .figure {
    font-size: 1.6em;
    font-weight: 700;
    line-height: 1.15;
    letter-spacing: -0.01em;
    font-variant-numeric: tabular-nums;
  }
  .figure.second {
    font-size: 1.06em;
    font-weight: 600;
    letter-spacing: 0;
  }
  .figure small {
    font-size: 0.85em;
    font-weight: 400;
    letter-spacing: 0;
    color: var(--quiet);
  }
  .figure.missing {
    font-size: 1.06em;
    color: var(--quiet);
  }
  .bar {
    display: block;
    width: 100%;
    height: 1.1em;
    /* The line of an average that is the longest of all stands on the edge. */
    overflow: visible;
  }
  .bar .track {
    fill: var(--surface);
  }
  .bar .value {
    fill: var(--accent);
  }
  .bar .projected {
    fill: var(--accent);
    fill-opacity: 0.3;
    stroke: var(--accent);
    stroke-width: 2px;
    vector-effect: non-scaling-stroke;
  }
  .bar line {
    vector-effect: non-scaling-stroke;
  }
  .bar .average-halo {
    stroke: var(--background);
    stroke-width: 6px;
  }
  .bar .average {
    stroke: var(--average);
    stroke-width: 2px;
  }
  .key {
    display: flex;
    gap: 0.5em;
    align-items: center;
    font-size: 0.9375em;
  }
  .key::before {
    content: '';
    flex: none;
    width: 0;
    height: 1.1em;
    border-inline-start: 2px solid var(--average);
  }
  .notes {
    display: grid;
    gap: 0.15em;
    margin-top: 0.25em;
    font-size: 0.8125em;
    color: var(--quiet);
  }
  .message {
    border-top: 1px solid var(--border);
    /* Beside cards that have all their rows. */
    grid-row: span 4;
  }
  footer {
    margin-top: 1.25em;
    display: grid;
    gap: 0.6em;
    justify-items: start;
  }
  footer ul {
    display: grid;
    gap: 0.3em;
  }
  details {
    width: 100%;
  }
  summary {
    cursor: pointer;
    color: var(--link);
    text-decoration: underline;
    text-underline-offset: 0.12em;
    width: fit-content;
  }
  details ul {
    margin-top: 0.5em;
  }
  .print-only {
    display: none;
  }
  .slot.later {
    display: none;
  }
  /* Rows of all cards line up, so that equal figures stand side by side. */
  @container (min-width: 30em) {
    .slots {
      grid-template-columns: repeat(2, minmax(0, 1fr));
      row-gap: 0;
    }
    .slots[data-chosen='0'] {
      grid-template-columns: minmax(0, 1fr);
    }
    .slot {
      grid-row: span 5;
      margin-bottom: 1em;
    }
    .card {
      grid-template-rows: subgrid;
      row-gap: 0;
    }
    .empty {
      align-self: start;
    }
  }
  @container (min-width: 44em) {
    .slots,
    .slots[data-chosen='0'] {
      grid-template-columns: repeat(3, minmax(0, 1fr));
    }
    .slot.later {
      display: block;
    }
  }
  @media print {
    .slots,
    .slots[data-chosen='1'] {
      grid-template-columns: minmax(0, 1fr);
      gap: 0 1em;
    }
    .slots[data-chosen='2'] {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .slots[data-chosen='3'] {
      grid-template-columns: repeat(3, minmax(0, 1fr));
    }
    .slot {
      grid-row: span 5;
    }
    .card {
      grid-template-rows: subgrid;
      row-gap: 0;
    }
    .card > section {
      break-inside: avoid;
    }
    .card > * {
      padding: 0.6em 0.8em;
    }
    .bar {
      print-color-adjust: exact;
      -webkit-print-color-adjust: exact;
    }
    .print-only {
      display: block;
    }
  }
`;
