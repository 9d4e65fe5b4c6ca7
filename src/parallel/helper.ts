// A worker that runs its part of every phase as the lead says. It knows no data and no epochs; what goes wrong here is
// thrown to the thread, which ends the worker, and with it the learner.

import type { Engine } from '../learner/engine.ts';
import { runAll } from '../learner/ports.ts';
import type { Begin, End, FromHelper, Job, ToHelper } from './protocol.ts';
import { givenAs } from './share.ts';

/** A typed array's place in memory. */
export const bytesUnder = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

export function help(engine: Engine, port: MessagePort): void {
  const answer = (message: FromHelper, ...parcels: readonly Record<string, ArrayBuffer>[]): void =>
    port.postMessage(
      message,
      parcels.flatMap((each) => Object.values(each)),
    );
  port.onmessage = ({ data }: MessageEvent<ToHelper>) => {
    if (data.type === 'begin') begin(engine, data);
    else if (data.type === 'end') {
      const state = learned(engine, data);
      answer({ type: 'learned', state }, state);
    } else {
      const { ports, gives } = data;
      run(engine, data);
      answer({ type: 'done', ports, gives }, ports, gives);
    }
  };
}

function begin(engine: Engine, { seed, state, cached }: Begin): void {
  if (engine.seed !== seed) engine.reset(seed);
  engine.learned.forEach(({ name }, at) => engine.state[at].set(new Uint8Array(state[name])));
  for (const buffer of engine.cached) {
    const words = cached[buffer.name];
    if (words === undefined) continue;
    engine.write(buffer, words, buffer.shape);
    engine.filled.add(buffer.name);
  }
}

function run(engine: Engine, { phase, step, counts, progress, rate, ports, gives }: Job): void {
  engine.step = step;
  for (const [name, value] of Object.entries(counts)) engine.setCount(name, value);
  if (engine.fixedRate !== rate) engine.fixedRate = rate;
  engine.schedule(progress);
  for (const [name, bytes] of Object.entries(ports)) bytesUnder(engine.ports[name]).set(new Uint8Array(bytes));
  runAll(engine, [phase]);
  for (const [name, bytes] of Object.entries(gives)) {
    new Uint8Array(bytes).set(bytesUnder(engine.told[givenAs(phase, name)]));
  }
}

const learned = ({ learned: buffers, state }: Engine, { names }: End): Record<string, ArrayBuffer> =>
  Object.fromEntries(
    buffers.flatMap(({ name }, at) => (names.includes(name) ? [[name, state[at].slice().buffer as ArrayBuffer]] : [])),
  );
