// Checkpoints in whose header a value was replaced, sealed again.

import { seal } from '../../../src/data/sealed.ts';
import { odd } from '../odd.ts';
import { below, oneOf, type Target, type Words } from '../target.ts';
import { restoring, taught } from './taught.ts';

type Json = Record<string, unknown>;

/** The header with one of its values, however deep, exchanged. */
function exchanged(value: Json, next: Words): Json {
  const key = oneOf(next, Object.keys(value));
  const inner = value[key];
  const goesOn = typeof inner === 'object' && inner !== null && Object.keys(inner).length > 0 && below(next, 4) > 0;
  const other = goesOn ? exchanged(inner as Json, next) : odd(next, 2);
  return Array.isArray(value) ? Object.assign([...value], { [key]: other }) : { ...value, [key]: other };
}

/** What JSON cannot say becomes null; so do values that hold themselves. */
function asJson(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? `${item}` : item)));
  } catch {
    return null;
  }
}

export const checkpointHeader: Target = {
  async begin() {
    const learner = await taught();
    const [bytes, restore] = [learner.save(), restoring(learner)];
    const view = new DataView(bytes.buffer);
    const end = 12 + view.getUint32(8, true);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(12, end)));
    const [format, content] = [{ magic: 'ONWD', version: view.getUint32(4, true) }, bytes.slice(end, -4)];
    return (next) => {
      const given = seal(format, asJson(exchanged(header, next)), [content]);
      return () => restore(given);
    };
  },
};
