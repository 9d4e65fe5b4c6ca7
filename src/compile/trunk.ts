// The layers in front of those that a rule learns: a trunk, which stays as it is and makes features of the input. It is
// a phase of its own, which runs before each phase of the rule on the rows of that, unless these are features already.

import type { Dim } from '../../runtime/program/dim.ts';
import type { Program } from '../../runtime/program/program.ts';
import { initializeParts, recordInput, recordNetwork, type Input, type NetworkSpec } from '../layers/network.ts';
import { NOTHING } from '../layers/parts/trainable.ts';
import { splitBehind } from '../layers/parts/trunk.ts';
import type { RecordedActivations } from '../quantization/activations.ts';
import type { Storage, Weight } from '../quantization/storage.ts';
import { FEATURES, TRUNK } from './compiled.ts';

export interface TrunkPlace {
  readonly batch: Dim;
  readonly storage: Storage;
  readonly activations: RecordedActivations | null;
}

/** What the rule learns of a network, and from what. */
export interface Above {
  readonly spec: NetworkSpec;
  readonly input: Input;
  /** The weights in front of it. */
  readonly below: readonly Weight[];
  /** Records in any phase that features are made of the input; null without a trunk. */
  readonly features: (() => void) | null;
}

/**
 * Records the ports, and the layers up to `of` as the trunk.
 * @throws ShapeError as `splitBehind`.
 */
export function recordTrunk(p: Program, whole: NetworkSpec, of: string, place: TrunkPlace): Above {
  const { batch, activations } = place;
  const { trunk: spec, head } = splitBehind(whole, of);
  const input = recordInput(p, spec, batch, { quantization: activations?.input ?? null });
  const trunk = recordNetwork(p, spec, { ...place, outputs: null, trainable: NOTHING });
  const port = recordInput(p, head, batch, { name: FEATURES });
  const features = (): void => p.write(port.whole(p), trunk.walk(p, input, { training: false }));
  p.phase('prepare', () => initializeParts(p, trunk));
  p.phase(TRUNK, features);
  return { spec: head, input: port, below: trunk.weights, features };
}
