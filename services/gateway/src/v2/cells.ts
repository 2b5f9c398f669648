import type { Cell, Release } from '@lmi/contracts';
import type { Mark } from '@lmi/statistics';
import type { z } from 'zod';
import type { cell, releaseCard } from './schemas';

export type Cards = ReadonlyMap<string, Release>;

/** A cell of a service as v2 writes it. `cards` holds the card of its release. */
export function cellAnswer(from: Cell, cards: Cards): z.output<typeof cell> {
  const card = cards.get(from.release);
  return {
    value: from.value ?? null,
    unit: from.unit,
    period: from.period,
    marks: from.marks as Mark[],
    cv: from.cv,
    lower: from.lower,
    upper: from.upper,
    asked: from.asked,
    answered: from.answered,
    source: {
      dataset: card?.dataset ?? '',
      release: from.release,
      licence: card?.licence ?? '',
      table: from.table,
    },
  };
}

export function cardAnswer(release: Release): z.output<typeof releaseCard> {
  return {
    dataset: release.dataset,
    version: release.version,
    edition: release.edition,
    title: release.title,
    publisher: release.publisher,
    licence: release.licence,
    licenceUrl: release.licenceUrl,
    attribution: release.attribution,
    sourceUrl: release.sourceUrl,
    publishedAt: release.publishedAt,
  };
}

export function cardAnswers(cards: Cards): z.output<typeof releaseCard>[] {
  return [...cards.values()].map(cardAnswer);
}

/** Versions behind cells or texts, each once. */
export function versionsOf(parts: Iterable<{ readonly release: string } | undefined>): string[] {
  const versions = new Set<string>();
  for (const part of parts) if (part?.release) versions.add(part.release);
  return [...versions];
}
