// The libraries to compare with, which benchmarks install here on their first use.

import { installLocked } from '../../tools/install-locked.ts';

/** @throws InstallError */
export const installPeers = (): void =>
  installLocked(import.meta.dirname, 'the libraries to compare with (about 450 MB, once)');
