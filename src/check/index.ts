// The entry `onward/author/check`: what a rule owes, checked without a test runner; nothing but exports.

export {
  CheckError,
  checkRule,
  type CheckOptions,
  type CheckReport,
  type CheckResult,
} from './check-rule.ts';
export type { Bar } from './small-problem.ts';
