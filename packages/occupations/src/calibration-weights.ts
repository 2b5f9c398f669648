/** Written by evaluation/calibrate.mjs; the order is that of calibrationTerms. */
export const calibration: readonly number[] = [-0.3129, 1.3052, 0.4737, -0.0241, -0.5302, -0.0358, 0.1341];
