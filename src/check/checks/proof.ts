// Locality: the claim is what `analyse` proves of the recorded calls, and poison shows that steps and units read no
// more than they declare.

import { analyse, type Locality } from '../../../runtime/program/analyse.ts';
import { poisonSteps, poisonUnits } from '../../../runtime/program/poison.ts';
import { trainingPhases } from '../../compile/record.ts';
import { batchFor, type Check, type Subject } from '../check.ts';
import { host, type Host } from '../host.ts';

/** On an unshared plan, after one step, so that no state is what it was first. */
export function trained(subject: Subject): Host {
  const hosted = host(subject, 'simd128', { share: false });
  hosted.train(batchFor(subject, 0), subject.outputs);
  return hosted;
}

export const proof: Check = {
  name: 'the proof of locality is what it claims',
  async run(subject) {
    const { program, course } = trained(subject);
    const { locality, units } = analyse(program, trainingPhases(course));
    const wrong = (Object.keys(locality) as (keyof Locality)[])
      .filter((lock) => locality[lock] !== subject.rule.locality[lock])
      .map((lock) => `${lock} is claimed ${subject.rule.locality[lock]}, proved ${locality[lock]}`);
    return units > 1 ? wrong : [...wrong, `all that learns is ${units} unit, which locks nothing: wanted several`];
  },
};

export const poison: Check = {
  name: 'no step and no unit notices poison',
  async run(subject) {
    const hosted = trained(subject);
    const found: string[] = [];
    for (const phase of trainingPhases(hosted.course)) {
      const options = { ...hosted, features: 'simd128', phase, before: hosted.bytes } as const;
      found.push(...(await poisonSteps(options)), ...(await poisonUnits(options)));
    }
    return found;
  },
};
