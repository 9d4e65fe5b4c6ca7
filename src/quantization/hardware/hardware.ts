// What a piece of hardware sets together: how weights and activations are kept, and how much memory there is.

import type { Activations } from '../activations.ts';
import type { Storage } from '../storage.ts';

export interface Hardware {
  readonly name: string;
  readonly title: string;
  /** Where its numbers are from. */
  readonly source: string;
  readonly storage: Storage;
  /** Absent: floats. */
  readonly activations?: Activations;
  /** Bytes for all that is planned; absent: as many as wanted. */
  readonly budget?: number;
}
