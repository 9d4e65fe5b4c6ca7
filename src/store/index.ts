// What was learned, kept in the browser: `onward/store`. It keeps bytes by key, in pages and workers, and knows nothing
// of learners. The core knows nothing of it and needs no dependency.

export { StorageFullError, StorageUnavailableError, StoreDamagedError, StoreError } from './errors.ts';
export { openStore, type Store, type Stored } from './store.ts';
