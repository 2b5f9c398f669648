/** What a group is ranked by. The order is that of the weights in ranker-weights.ts, which evaluation/train.mjs writes. */
export const evidence = [
  'entryScore',
  'entryShare',
  'entryPlace',
  'entryInFull',
  'words',
  'all',
  'wordAffinity',
  'letterAffinity',
  'abroadWords',
  'abroadAffinity',
  'plainText',
  'size',
  'minorGroup',
  'subMajorGroup',
  'majorGroup',
] as const;
export type Evidence = (typeof evidence)[number];
