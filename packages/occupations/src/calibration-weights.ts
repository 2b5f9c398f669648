/** Written by evaluation/calibrate.mjs; the order is that of calibrationTerms. */
export const calibration: readonly number[] = [-0.3129, 1.3052, 0.4737, -0.0241, -0.5302, -0.0358, 0.1341];

/** Below this probability no code is given: at it the dev adverts have the same to spare of 85 % right and of 80 % coded. */
export const leastProbability = 0.39;
