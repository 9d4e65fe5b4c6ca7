// What is thrown where an optimiser is made.

/** Thrown when an optimiser or a schedule is given a number it cannot work with. */
export class OptimizerError extends Error {
  override name = 'OptimizerError';
}
