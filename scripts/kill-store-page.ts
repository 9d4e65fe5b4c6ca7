// The page of kill-store.ts: tells what it finds in the store, then saves the numbers behind it for as long as it
// lives.

import { openStore, type Store } from '../src/store/index.ts';

export interface Found {
  /** Of the record, 0 for none. */
  readonly number: number;
  readonly isFallback: boolean;
  /** What is wrong with it. */
  readonly torn: string | null;
}

const bytes = Number(location.search.slice(1));

const store = openStore('kill');
store.then(find).then(async (found) => {
  await tell('/found', found);
  for (let number = found.number + 1; ; number++) {
    await (await store).save('record', make(number));
    await tell('/saved', number);
  }
});

async function find(opened: Store): Promise<Found> {
  try {
    const stored = await opened.load('record');
    if (stored === null) return { number: 0, isFallback: false, torn: null };
    const [number] = new Uint32Array(stored.bytes.buffer, 0, 1);
    const wanted = make(number);
    const isWhole = stored.bytes.every((byte, index) => byte === wanted[index]);
    return { number, isFallback: stored.isFallback, torn: isWhole ? null : 'bytes of several records' };
  } catch (error) {
    return { number: 0, isFallback: false, torn: String(error) };
  }
}

/** Made from the number alone, which comes first. */
function make(number: number): Uint8Array {
  const words = new Uint32Array(bytes / 4).map((_, index) => Math.imul(number * bytes + index, 2654435761));
  words[0] = number;
  return new Uint8Array(words.buffer);
}

async function tell(path: string, what: unknown): Promise<void> {
  await fetch(path, { method: 'POST', body: JSON.stringify(what) });
}
