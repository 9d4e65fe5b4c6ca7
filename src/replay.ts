// Samples that are remembered, and learned again beside new ones: `createLearner({ ..., replay: replay(options) })`.
// What is recorded for it and what the host does are two halves (compile/replay.ts, learner/replay.ts); a learner that
// is not given it holds neither.

import { remembering, type Remembering, type ReplayOptions } from './compile/replay.ts';
import { ReplayMemory, type MemoryOf } from './learner/replay.ts';

export type { ReplayOptions };

export interface Replay extends Remembering {
  readonly memory: MemoryOf;
}

/**
 * Remembers samples in planned memory, or features of a layer; under every rule.
 *
 * A learner throws ConfigurationError for options that do not fit its network, ShapeError for features of a layer that
 * there is not.
 */
export const replay = (options: ReplayOptions): Replay => ({ ...remembering(options), memory: ReplayMemory.of });
