// What is thrown when a program is recorded wrongly, with the line of the rule that did it.

/** Thrown when a program is recorded wrongly: an operand missing, a shape that does not fit, a value nothing wrote. */
export class ProgramError extends Error {
  override name = 'ProgramError';

  /** `site`: where it was recorded, if that is not where it is noticed. */
  constructor(message: string, site?: string) {
    super(message);
    const line = site ?? callSite(stackHere());
    if (line !== '') this.message = `${message}; recorded at ${line}`;
  }
}

/** From a kernel's call through sinks, layers and the network to the rule: V8 keeps ten lines unless told otherwise. */
const STACK_LINES = 50;

/** The present stack, deep enough to hold the rule's line. */
export function stackHere(): Error {
  const limited = Error as { stackTraceLimit?: number };
  const { stackTraceLimit } = limited;
  limited.stackTraceLimit = STACK_LINES;
  const here = new Error();
  limited.stackTraceLimit = stackTraceLimit;
  return here;
}

/** Lines of the recorder, the layers, the built command, and the engine's own (`Array.map (<anonymous>)`). */
const INNER = /runtime\/program|src\/(layers|quantization|optimizers|losses|tasks)|dist\/command|\(<anonymous>\)/;

/** The first other line of the stack: the rule's. */
export function callSite(recorded: Error): string {
  const line = recorded.stack?.split('\n').find((entry) => /^\s*at /.test(entry) && !INNER.test(entry)) ?? '';
  return line.trim().slice('at '.length);
}
