/** Written by evaluation/calibrate.mjs; the order is that of calibrationTerms. */
export const calibration: readonly number[] = [
  -0.3079, 0.9922, 0.4597, -0.2692, -0.4381, 0.2103, 0.2054, 0.3045, -0.043,
];
