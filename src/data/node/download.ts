// Files over the network and on disk, for Node: a download is checked before anything is kept.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { DataError } from '../errors.ts';
import type { PublishedFile } from '../sets/descriptor.ts';

export interface DownloadProgress {
  readonly name: string;
  readonly receivedBytes: number;
  readonly totalBytes: number;
}

export interface DownloadOptions {
  readonly signal?: AbortSignal;
  /** Called for each piece that arrives. */
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/**
 * Fetches a file and checks its size and SHA-256.
 *
 * @throws DataError where the address does not answer or sends something else; the reason of `signal` where that aborts
 */
export async function download(file: PublishedFile, { signal, onProgress }: DownloadOptions): Promise<Uint8Array> {
  const bytes = new Uint8Array(file.bytes);
  let received = 0;
  try {
    const response = await fetch(file.url, { signal });
    if (!response.ok || !response.body) throw new DataError(`the server answers ${response.status}`);
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (received + value.length > file.bytes) {
        await reader.cancel();
        throw new DataError(`the server sends more than the ${file.bytes} bytes that are wanted`);
      }
      bytes.set(value, received);
      received += value.length;
      onProgress?.({ name: file.name, receivedBytes: received, totalBytes: file.bytes });
    }
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new DataError(`cannot fetch ${file.url}: ${describe(error)}. ${REMEDY}`);
  }
  const sha256 = createHash('sha256').update(bytes.subarray(0, received)).digest('hex');
  if (received === file.bytes && sha256 === file.sha256) return bytes;
  throw new DataError(
    `${file.url} sent ${received} bytes with SHA-256 ${sha256}; wanted ${file.bytes} with ${file.sha256}. ${REMEDY}`,
  );
}

export const REMEDY = 'Put the file into the folder of its set below the folder that ONWARD_DATA names.';

/** fetch itself only says "fetch failed" and hides the reason in `cause`. */
function describe(error: unknown): string {
  const { message, cause } = error as Error & { cause?: unknown };
  return cause instanceof Error ? `${message} (${cause.message})` : message;
}

/** The content of a file; undefined where there is none. */
export async function readIfPresent(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new DataError(`cannot read ${path}: ${message}`);
  }
}
