/** What the markers of the labour market tables mean. */
import type { Mark } from '@lmi/statistics';

const indicatorMarkers: Readonly<Record<string, readonly Mark[]>> = {
  '': [],
  x: ['not-available'],
  // The source withholds what it calls unreliable.
  u: ['unreliable', 'not-available'],
  // Shown by the source with a note: 3 to 9 people were asked.
  'small-sample': ['unreliable', 'small-sample'],
};

export function marksOfIndicatorMarker(marker: string): readonly Mark[] {
  return indicatorMarkers[marker]!;
}

const shortageMarkers: Readonly<Record<string, readonly Mark[]>> = {
  '': [],
  '**': ['small-sample', 'not-available'],
  c: ['confidential'],
  u: ['unreliable', 'not-available'],
  x: ['not-available'],
  z: ['not-applicable'],
  'sum-of-leps': ['modelled'],
};

/** Marks of the vacancies. */
export function marksOfShortageMarker(marker: string): readonly Mark[] {
  return marker.startsWith('parts-') ? [] : shortageMarkers[marker]!;
}

/** Marks of hard-to-fill and skill-shortage vacancies, which the source may withhold where it gives all vacancies. */
export function marksOfWithheldPart(marker: string): readonly Mark[] {
  return shortageMarkers[marker.replace(/^parts-/, '')]!;
}

const unemploymentMarkers: Readonly<Record<string, readonly Mark[]>> = {
  '': [],
  missing: ['not-available'],
  suppressed: ['small-sample', 'not-available'],
  unreliable: ['unreliable'],
};

export function marksOfUnemploymentMarker(marker: string): readonly Mark[] {
  return unemploymentMarkers[marker]!;
}
