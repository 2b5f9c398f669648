/** ONS codes of the areas that every dataset service answers for. */
export const unitedKingdom = 'K02000001';
export const england = 'E92000001';
export const wales = 'W92000004';
export const scotland = 'S92000003';
export const northernIreland = 'N92000002';

/** The nine regions of England, by code. */
export const englishRegions = [
  'E12000001',
  'E12000002',
  'E12000003',
  'E12000004',
  'E12000005',
  'E12000006',
  'E12000007',
  'E12000008',
  'E12000009',
] as const;
