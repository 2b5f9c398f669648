/** Written by evaluation/calibrate.mjs; the order is that of calibrationTerms. */
export const calibration: readonly number[] = [0.6026, 0.7267, 3.1985, -0.3334, -1.0564, -0.0707, -0.0446];
