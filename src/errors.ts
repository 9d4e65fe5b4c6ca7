// The errors of the learner, by name. Each message says what came and what was wanted.

/** Options that do not fit together. */
export class ConfigurationError extends Error {
  override name = 'ConfigurationError';
}

/** Samples or labels that do not fit the network. */
export class InputError extends Error {
  override name = 'InputError';
}

/** One class more than the capacity; `resize` makes room. */
export class CapacityError extends Error {
  override name = 'CapacityError';
}

/** A checkpoint that is damaged, or of another learner. */
export class CheckpointError extends Error {
  override name = 'CheckpointError';
}

/** Loss or weights stopped being numbers, or ran away; the last good ones are back, of an epoch or some steps ago. */
export class DivergenceError extends Error {
  override name = 'DivergenceError';
}

/** Something that would pull the ground from under a running `fit` or `resize`. */
export class BusyError extends Error {
  override name = 'BusyError';
}

/** A learner used after `dispose`. */
export class DisposedError extends Error {
  override name = 'DisposedError';
}

/** A file of a compiled learner that is damaged, or of another version. */
export class CompiledFileError extends Error {
  override name = 'CompiledFileError';
}
