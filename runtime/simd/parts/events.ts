// The events of a row: which of its elements are not 0. Products of one sample that mostly is 0 follow these alone.

import type { Emitter } from '../../wasm/emitter.ts';
import type { Pointer } from '../../wasm/pointer.ts';
import type { I32 } from '../../wasm/values.ts';

/**
 * Lists the columns of the events in `events`, which has room for `n`, and gives how many there are. Behind them come
 * the columns of the others, from the last: all that is planned for the list is written.
 */
export function listEvents(k: Emitter, row: Pointer<'f32'>, n: I32, events: Pointer<'i32'>): I32 {
  const count = k.var(k.i32(0));
  const list = k.let(events.address);
  const from = k.let(row.address);
  // without a branch, which nobody could predict
  k.for(0, n, 1, (column) => {
    const isEvent = k.let(k.pointer('f32', from).at(column).ne(0).selectInt(1, 0));
    const fromEnd = n.sub(1).sub(column.sub(count));
    k.pointer('i32', list).at(isEvent.eq(1).selectInt(count, fromEnd)).set(column);
    count.set(count.add(isEvent));
  });
  return count;
}

/** `body(column)` for each event, in rising order. */
export function forEvents(k: Emitter, events: Pointer<'i32'>, count: I32, body: (column: I32) => void): void {
  const at = k.var(events.address);
  const end = k.let(at.add(count.shl(2)));
  k.while(
    () => at.lt(end),
    () => {
      body(k.let(k.pointer('i32', at).at(0)));
      at.set(at.add(4));
    },
  );
}
