export { batch, question, type BatchAnswer, type ParamsOf, type Question } from './batch.ts';
export {
  readCell,
  valueAccepting,
  type Caution,
  type CautionedFigure,
  type Cell,
  type Figure,
  type Mark,
  type PlainFigure,
  type Precision,
  type WithheldFigure,
} from './cell.ts';
export { createLmiClient, type LmiClient, type LmiClientOptions } from './client.ts';
export type { components, paths } from './gen/schema.ts';
export { dataVersionsOf, rateLimitOf, type RateLimit } from './headers.ts';
export { markMeanings } from './gen/marks.ts';
export { pages } from './paging.ts';
export { LmiError, unwrap, type DataOf, type Problem, type Result } from './problem.ts';
export type { SealedValue } from './sealed.ts';
