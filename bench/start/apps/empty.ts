// A page with nothing to learn: what first-sample.ts measures beside the apps, by the same steps.

/** No loss. */
export const learnFirst = (): Promise<number> => Promise.resolve(0);
