// What a report of checks says, a line each.

import type { CheckReport, CheckResult } from '../src/check/index.ts';

export const passes = ({ wrong }: CheckResult): boolean => wrong.length === 0;

/** `holds 57 of 57 checks` */
export const holding = ({ results }: CheckReport): string =>
  `holds ${results.filter(passes).length} of ${results.length} checks`;

/** One for each check that does not hold. */
export const failures = ({ results }: CheckReport): string[] =>
  results
    .filter((result) => !passes(result))
    .map(({ network, check, wrong }) => `failed on ${network}: ${check}: ${wrong.join('; ')}`);
