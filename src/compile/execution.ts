// How the phases of a learner run. There is the linked module, which needs no object, and reference execution
// (reference-execution.ts), which comes by an entry of its own so that other bundles hold no reference.

import type { Exports } from '../../runtime/wasm/instantiate.ts';
import type { Recorded } from './record.ts';

export interface Execution {
  /** The phases over `memory`, by name. Called again when the learner is resized. */
  begin(recorded: Recorded, memory: ArrayBuffer): Exports;
}
