/** Written by evaluation/calibrate.mjs; the order is that of calibrationTerms. */
export const calibration: readonly number[] = [0.1833, 0.4491, 3.9764, -0.1859, -1.1224, 0.5107, 0.0182];
