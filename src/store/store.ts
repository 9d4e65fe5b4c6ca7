// One store is one IndexedDB database with two slots for each key: a save goes into the slot that does not hold the
// newest record, so the record before it stays whole until the next save. Heads and bytes lie apart, so that a save
// reads two heads only. Transactions make the order: saves of one key end in the order of their calls, in all tabs.

import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb';
import { StorageUnavailableError, StoreDamagedError, storeError, StoreError } from './errors.ts';
import { fits, readHead, sealOf, writeHead, type Head } from './record.ts';

const VERSION = 1;
const PARTS = ['heads', 'bodies'] as const;

type Place = [key: string, slot: number];

interface Schema extends DBSchema {
  heads: { key: Place; value: unknown };
  bodies: { key: Place; value: unknown };
}

type Database = IDBPDatabase<Schema>;
type Transaction<Mode extends IDBTransactionMode> = IDBPTransaction<Schema, typeof PARTS, Mode>;

export interface Stored {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** One of the key's two records was damaged, perhaps the newer one: then these bytes are of the save before it. */
  readonly isFallback: boolean;
}

/** What a slot says it holds; null if it is empty, or damaged. */
interface Slot {
  readonly place: Place;
  readonly head: Head | null;
  readonly isDamaged: boolean;
}

export class Store {
  readonly name: string;
  readonly #db: Database;
  /** The newest record of a key, if `load` found it damaged: the next save replaces it, and not the one before it. */
  readonly #damaged = new Map<string, number>();
  #closed: string | null = null;

  /** For `openStore`. */
  constructor(name: string, db: Database) {
    this.name = name;
    this.#db = db;
  }

  /**
   * Keeps a copy of the bytes as they are now. When the promise resolves they are on the disk, safe from a crash.
   * @throws StorageFullError, StorageUnavailableError; then what was saved before is still there.
   */
  async save(key: string, bytes: Uint8Array): Promise<void> {
    if (!(bytes instanceof Uint8Array)) throw new StoreError(`save got a ${typeof bytes}, wanted Uint8Array`);
    // A copy, because the caller may go on writing, and because a view would be stored with all of its buffer.
    const body = bytes.slice();
    const seal = sealOf(body);
    await this.run(`'${key}' could not be saved`, 'readwrite', async (transaction) => {
      const [newest, other] = await readSlots(transaction, key);
      const sequence = newest.head === null ? 1 : newest.head.sequence + 1;
      const isLost = newest.head === null || newest.head.sequence === this.#damaged.get(key);
      const { place } = isLost ? newest : other;
      await transaction.objectStore('bodies').put(body, place);
      await transaction.objectStore('heads').put(writeHead({ sequence, ...seal }), place);
    });
  }

  /**
   * The bytes saved last, or null if none were.
   * @throws StoreDamagedError when some were and both records are damaged; StorageUnavailableError.
   */
  async load(key: string): Promise<Stored | null> {
    const tried: number[] = [];
    for (;;) {
      const before = tried.length;
      // A transaction each: when the browser cannot read what it has on the disk, it ends the one that asked.
      const stored = await this.run(`'${key}' could not be loaded`, 'readonly', (transaction) =>
        this.loadNewest(transaction, key, tried),
      ).catch((error) => {
        if (tried.length === before) throw error;
      });
      if (tried.length > 1) this.#damaged.set(key, tried[0]);
      if (stored !== undefined) return stored;
    }
  }

  /** The keys under which something was saved. */
  async keys(): Promise<string[]> {
    const places = await this.run('the keys could not be read', 'readonly', (transaction) =>
      transaction.objectStore('heads').getAllKeys(),
    );
    return [...new Set(places.map(([key]) => key))];
  }

  /** Nothing happens if there is no such key. */
  async delete(key: string): Promise<void> {
    await this.run(`'${key}' could not be deleted`, 'readwrite', (transaction) =>
      Promise.all(PARTS.map((part) => transaction.objectStore(part).delete(slotsOf(key)))),
    );
    this.#damaged.delete(key);
  }

  /** Ends the connection, after what is under way. Whatever is called later throws StorageUnavailableError. */
  close(): void {
    this.end('close was called');
  }

  /** @internal */
  end(reason: string): void {
    this.#closed ??= reason;
    this.#db.close();
  }

  /** The newest record but those tried; undefined if it is damaged. Adds its number to those tried. */
  private async loadNewest(
    transaction: Transaction<'readonly'>,
    key: string,
    tried: number[],
  ): Promise<Stored | null | undefined> {
    const slots = await readSlots(transaction, key);
    const isDamaged = slots.some((slot) => slot.isDamaged);
    for (const { place, head } of slots) {
      if (head === null || tried.includes(head.sequence)) continue;
      tried.push(head.sequence);
      const bytes = await transaction.objectStore('bodies').get(place);
      return fits(head, bytes) ? { bytes, isFallback: isDamaged || tried.length > 1 } : undefined;
    }
    if (tried.length === 0 && !isDamaged) return null;
    throw new StoreDamagedError(
      `what was saved as '${key}' in the store '${this.name}' is damaged, ` +
        'the record before it too: delete it, or save anew',
    );
  }

  /** All or nothing. */
  private async run<Mode extends 'readonly' | 'readwrite', Result>(
    failure: string,
    mode: Mode,
    work: (transaction: Transaction<Mode>) => Promise<Result>,
  ): Promise<Result> {
    if (this.#closed !== null) {
      throw new StorageUnavailableError(`the store '${this.name}' is closed: ${this.#closed}`);
    }
    let transaction: Transaction<Mode> | null = null;
    try {
      transaction = this.#db.transaction(PARTS, mode, { durability: 'strict' });
      const [result] = await Promise.all([work(transaction), transaction.done]);
      return result;
    } catch (error) {
      abort(transaction);
      // What ended the transaction says more than the requests that ended with it.
      throw storeError(transaction?.error ?? error, failure);
    }
  }
}

/**
 * Opens the store of that name, made now if there is none. Of one name there is one store in an origin, whichever tab
 * or worker opens it.
 * @throws StorageUnavailableError where the browser has no IndexedDB or gives none (in some private windows), and for a
 *   store that a newer version of this library has changed.
 */
export async function openStore(name: string): Promise<Store> {
  const failure = `the store '${name}' could not be opened`;
  if (typeof indexedDB === 'undefined') {
    throw new StorageUnavailableError(`${failure}: there is no IndexedDB here`);
  }
  let store: Store | null = null;
  try {
    const db = await openDB<Schema>(`onward/${name}`, VERSION, {
      upgrade(created) {
        for (const part of PARTS) created.createObjectStore(part);
      },
      blocking: () => store?.end('another tab upgrades or deletes it; reload the page'),
      terminated: () => store?.end('the browser ended the connection; reload the page'),
    });
    store = new Store(name, db);
    return store;
  } catch (error) {
    throw storeError(error, failure);
  }
}

const slotsOf = (key: string): IDBKeyRange => IDBKeyRange.bound([key, 0], [key, 1]);

/** The two slots of a key, the newest whole head first, empty and damaged ones last. */
async function readSlots(transaction: Transaction<'readonly' | 'readwrite'>, key: string): Promise<[Slot, Slot]> {
  const read = async (slot: number): Promise<Slot> => {
    const place: Place = [key, slot];
    const stored = await transaction.objectStore('heads').get(place);
    const head = readHead(stored);
    return { place, head, isDamaged: stored !== undefined && head === null };
  };
  const [first, second] = await Promise.all([read(0), read(1)]);
  return (first.head?.sequence ?? 0) < (second.head?.sequence ?? 0) ? [second, first] : [first, second];
}

function abort(transaction: Transaction<'readonly' | 'readwrite'> | null): void {
  try {
    transaction?.abort();
  } catch {
    // it has ended already, by the same error
  }
}
