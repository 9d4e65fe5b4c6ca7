// The store in a real Chromium, with damage done to it through IndexedDB itself.

import { deleteDB, openDB, type IDBPDatabase } from 'idb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  openStore,
  StorageFullError,
  StorageUnavailableError,
  StoreDamagedError,
  StoreError,
  type Store,
} from '../../src/store/index.ts';

let stores: Store[] = [];
let name: string;
let tests = 0;

beforeEach(() => {
  name = `test ${tests++}`;
});

afterEach(async () => {
  vi.restoreAllMocks();
  for (const store of stores) store.close();
  stores = [];
  await deleteDB(`onward/${name}`);
});

/** Another connection, as another tab has. */
async function open(): Promise<Store> {
  const store = await openStore(name);
  stores.push(store);
  return store;
}

const noise = (length: number): Uint8Array => new Uint8Array(length).map((_, index) => Math.imul(index, index) >>> 11);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

async function read(store: Store, key = 'key'): Promise<{ text: string; isFallback: boolean } | null> {
  const stored = await store.load(key);
  return stored && { text: new TextDecoder().decode(stored.bytes), isFallback: stored.isFallback };
}

/** Works on the database behind the store's back. */
async function behind<Result>(work: (db: IDBPDatabase) => Promise<Result>): Promise<Result> {
  const db = await openDB(`onward/${name}`);
  const result = await work(db);
  db.close();
  return result;
}

const damage = (part: 'heads' | 'bodies', slot: number, value: unknown): Promise<IDBValidKey> =>
  behind((db) => db.put(part, value, ['key', slot]));

const failureOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe('what was saved', () => {
  test('is loaded again, the newest, by another connection too', async () => {
    const store = await open();
    expect(await store.load('key')).toBeNull();
    for (const value of ['one', 'two', 'three']) await store.save('key', text(value));
    await store.save('other', text(''));
    store.close();
    const again = await open();
    expect(await read(again)).toEqual({ text: 'three', isFallback: false });
    expect(await read(again, 'other')).toEqual({ text: '', isFallback: false });
  });

  test('is as it was when save was called, and only the bytes of a view', async () => {
    const store = await open();
    const buffer = text('.....learned.....');
    const saving = store.save('key', buffer.subarray(5, 12));
    buffer.fill(0);
    await saving;
    expect(await read(store)).toEqual({ text: 'learned', isFallback: false });
    const body = await behind((db) => db.get('bodies', ['key', 0]));
    expect(body.buffer.byteLength).toBe(7);
  });

  test('may be 8 MiB', async () => {
    const store = await open();
    const bytes = noise(8 << 20);
    await store.save('key', bytes);
    const stored = await store.load('key');
    expect(stored!.bytes.length).toBe(bytes.length);
    expect(stored!.bytes.every((byte, index) => byte === bytes[index])).toBe(true);
  });

  test('is listed by key, and deleted', async () => {
    const store = await open();
    for (const key of ['b', 'a', 'b', 'a b']) await store.save(key, text(key));
    expect(await store.keys()).toEqual(['a', 'a b', 'b']);
    await store.delete('b');
    await store.delete('never saved');
    expect(await store.keys()).toEqual(['a', 'a b']);
    expect(await store.load('b')).toBeNull();
    expect(await behind((db) => db.count('bodies'))).toBe(2);
  });

  test('takes two slots, however often it was saved', async () => {
    const store = await open();
    for (let i = 0; i < 5; i++) await store.save('key', text(`${i}`));
    expect(await behind((db) => db.count('bodies'))).toBe(2);
  });
});

describe('saves at the same time', () => {
  test('of one key end in the order of their calls', async () => {
    const store = await open();
    const acknowledged: number[] = [];
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => store.save('key', text(`${i}`)).then(() => acknowledged.push(i))),
    );
    expect(acknowledged).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(await read(store)).toEqual({ text: '19', isFallback: false });
  });

  test('of two tabs never give one number twice: what was acknowledged last is loaded', async () => {
    const tabs = [await open(), await open()];
    let last = '';
    await Promise.all(
      tabs.map(async (tab, index) => {
        for (let i = 0; i < 20; i++) {
          const value = `tab ${index}, ${i}`;
          await tab.save('key', text(value));
          last = value;
        }
      }),
    );
    expect((await read(tabs[0]))!.text).toBe(last);
    expect(await read(tabs[1])).toEqual(await read(tabs[0]));
    const heads: Uint8Array[] = await behind((db) => db.getAll('heads'));
    const sequences = heads.map((head) => new DataView(head.buffer).getUint32(4, true));
    expect(sequences.sort((a, b) => a - b)).toEqual([39, 40]);
  });
});

describe('a damaged record', () => {
  /** 'old' in slot 1, 'new' in slot 0. */
  async function saved(): Promise<Store> {
    const store = await open();
    for (const value of ['older', 'old', 'new']) await store.save('key', text(value));
    return store;
  }

  test.each([
    ['another byte', 'bodies', text('nEw')],
    ['cut short', 'bodies', text('ne')],
    ['no bytes', 'bodies', { a: 1 }],
    ['a head of garbage', 'heads', 'garbage'],
    ['a head cut short', 'heads', new Uint8Array(3)],
  ] as const)('falls back to the one before and says so: %s', async (_, part, value) => {
    const store = await saved();
    await damage(part, 0, value);
    expect(await read(store)).toEqual({ text: 'old', isFallback: true });
    await store.save('key', text('next'));
    expect(await read(store)).toEqual({ text: 'next', isFallback: false });
    await damage('bodies', 0, text('gone'));
    expect(await read(store)).toEqual({ text: 'old', isFallback: true });
  });

  test('that is the older one changes nothing', async () => {
    const store = await saved();
    await damage('bodies', 1, text('oId'));
    expect(await read(store)).toEqual({ text: 'new', isFallback: false });
  });

  test('is no reason for one that another tab has saved since to be replaced', async () => {
    const [first, second] = [await saved(), await open()];
    await damage('bodies', 0, 'garbage');
    await read(first);
    await second.save('key', text('second'));
    await first.save('key', text('first'));
    await damage('bodies', 0, 'garbage');
    expect(await read(first)).toEqual({ text: 'second', isFallback: true });
  });

  test('in both slots is an error, not an empty store; saving or deleting helps', async () => {
    const store = await saved();
    await damage('bodies', 0, 'garbage');
    await damage('heads', 1, 'garbage');
    const failure = await failureOf(store.load('key'));
    expect(failure).toBeInstanceOf(StoreDamagedError);
    expect(failure).toHaveProperty('message', expect.stringMatching(/'key'.*damaged.*delete it, or save anew/));
    expect(await store.keys()).toEqual(['key']);
    await store.save('key', text('next'));
    expect(await read(store)).toEqual({ text: 'next', isFallback: false });
    await store.delete('key');
    expect(await store.load('key')).toBeNull();
  });

  test('may be one that the browser fails to read', async () => {
    const store = await saved();
    const { get } = IDBObjectStore.prototype;
    let reads = 0;
    vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: IDBObjectStore, query) {
      if (this.name !== 'bodies' || reads++ > 0) return get.call(this, query);
      // A request that fails while it is carried out: the key is in the store already.
      return failingRequest(this.transaction);
    });
    const stored = await failureOf(read(store));
    expect(stored).toEqual({ text: 'old', isFallback: true });
  });
});

/** In a transaction that only reads, no request can be made to fail; so this one fails by its event alone. */
function failingRequest(transaction: IDBTransaction): IDBRequest {
  const request = transaction.objectStore('heads').count();
  request.addEventListener('success', (event) => {
    event.stopImmediatePropagation();
    Object.defineProperty(request, 'error', { value: new DOMException('failed to read', 'DataError') });
    request.dispatchEvent(new Event('error', { bubbles: true, cancelable: true }));
  });
  return request;
}

describe('an error is named', () => {
  test('for a head that could not be put behind its bytes: neither is there', async () => {
    const store = await open();
    await store.save('key', text('before'));
    const { put } = IDBObjectStore.prototype;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
      if (this.name === 'heads') throw new DOMException('', 'QuotaExceededError');
      return put.call(this, value, key);
    });
    expect(await failureOf(store.save('key', text('after')))).toBeInstanceOf(StorageFullError);
    expect(await behind((db) => db.count('bodies'))).toBe(1);
    expect(await read(store)).toEqual({ text: 'before', isFallback: false });
  });

  test('for a browser that refuses', async () => {
    vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(() => {
      throw new DOMException('access is denied for this document', 'SecurityError');
    });
    const failure = await failureOf(openStore(name));
    expect(failure).toBeInstanceOf(StorageUnavailableError);
    expect(failure).toHaveProperty(
      'message',
      `the store '${name}' could not be opened: SecurityError, access is denied for this document`,
    );
  });

  test('for a closed store, once what was under way is done', async () => {
    const store = await open();
    const saving = store.save('key', text('last'));
    store.close();
    await saving;
    expect(await failureOf(store.load('key'))).toHaveProperty(
      'message',
      `the store '${name}' is closed: close was called`,
    );
    expect(await failureOf(store.save('key', text('late')))).toBeInstanceOf(StorageUnavailableError);
    expect((await read(await open()))!.text).toBe('last');
  });

  test('for a store that another tab upgrades: it gives way, and tells the next who calls', async () => {
    const store = await open();
    await store.save('key', text('old'));
    (await openDB(`onward/${name}`, 2)).close();
    expect(await failureOf(store.load('key'))).toHaveProperty('message', expect.stringMatching(/reload the page/));
    expect(await failureOf(openStore(name))).toBeInstanceOf(StorageUnavailableError);
  });

  test('for what are no bytes', async () => {
    const store = await open();
    const failure = await failureOf(store.save('key', 'text' as unknown as Uint8Array));
    expect(failure).toBeInstanceOf(StoreError);
    expect(failure).toHaveProperty('message', 'save got a string, wanted Uint8Array');
  });
});
