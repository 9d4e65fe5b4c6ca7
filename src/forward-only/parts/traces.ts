// Eligibility traces: what neurons remember of what came in, one for each input and not for each step, so that memory
// does not grow with time. Of lif, whose potential forgets by one decay:
//
//   a[t] = decay a[t-1] + x[t],   so that du[t]/dW = a[t] but for resets
//
// Of a neuron with a current of its own, the trace of that trace. What drives no neurons is its own trace.

import type { Program } from '../../../runtime/program/program.ts';
import type { Back } from '../../layers/layer.ts';
import type { Input } from '../../layers/network.ts';

/** Traces that begin at rest here and go on where they are asked for; none without time. */
export function traces(p: Program, { steps }: Input): Back['trace'] {
  if (steps === null) return undefined;
  const here = p.place();
  return (input, memory) =>
    (memory?.decays ?? []).reduce((x, decay) => {
      const trace = p.tensor({ name: `${input.buffer.name}/trace`, shape: input.shape, role: 'state' });
      here(() => p.zero(trace));
      p.write(trace, trace.times(decay).plus(x).map('flush'));
      return trace;
    }, input);
}
