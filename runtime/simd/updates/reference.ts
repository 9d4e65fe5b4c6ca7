// From an update to its plain reference, through the index of all updates: for reference execution and tests only.

import { KernelError } from '../kernel.ts';
import type { Update, UpdateReference } from '../parts/update.ts';
import * as updates from './index.ts';

/** @throws KernelError for an update that the index does not list: it can run compiled, but not on references. */
export function referenceOfUpdate(update: Update): UpdateReference {
  const listed = Object.values(updates).find((entry) => entry.update === update);
  if (listed !== undefined) return listed.reference;
  throw new KernelError(`the update '${update.name}' has no reference: runtime/simd/updates/index.ts does not list it`);
}
