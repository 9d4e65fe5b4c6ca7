// Writing a file so that others, and a power cut, see all of it or nothing: under another name first, which says the
// process that writes, so that what a killed one left is known.

import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Writes or replaces a file whole; one that was there keeps its mode and its owner. Removes what killed processes left
 * of this file.
 * @throws what the file system says; then the file is as it was.
 */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  await writePart(path, bytes, (part) => rename(part, path));
  // the name lasts, too; not every system opens a folder
  const folder = await open(dirname(path)).catch(() => null);
  await folder?.sync().catch(() => {});
  await folder?.close();
}

/** @throws what the file system says where a file of this path could not be written. */
export const tryWriting = (path: string): Promise<void> => writePart(path, new Uint8Array(), (part) => rm(part));

async function writePart(path: string, bytes: Uint8Array, end: (part: string) => Promise<void>): Promise<void> {
  const part = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.part`;
  const before = await stat(path).catch(() => null);
  try {
    const file = await open(part, 'wx', before?.mode);
    try {
      if (before !== null) await keepAccess(file, before);
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await end(part);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {}); // where the folder itself is what failed
    throw error;
  }
  await removeParts(path);
}

async function keepAccess(file: FileHandle, { mode, uid, gid }: { mode: number; uid: number; gid: number }) {
  await file.chmod(mode);
  await file.chown(uid, gid).catch(() => {}); // only root may give files away
}

/** Removes the parts of this file whose processes are gone. */
async function removeParts(path: string): Promise<void> {
  const [folder, name] = [dirname(path), `${basename(path)}.`];
  const left = (await readdir(folder)).filter((other) => {
    const [, pid] = (other.startsWith(name) && /^(\d+)-[0-9a-f]{8}\.part$/.exec(other.slice(name.length))) || [];
    return pid !== undefined && !isRunning(Number(pid));
  });
  await Promise.all(left.map((other) => rm(join(folder, other), { force: true }).catch(() => {})));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
