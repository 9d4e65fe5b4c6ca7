// Who an app is from. Android takes an update only from the key that signed before; the only other way is to delete the
// app, and all that it learned with it. So which certificate signed an id is written down, and another one is refused.

import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { userFolder } from './places.ts';
import { run } from './programs.ts';

export interface Signing {
  /** A Java key store with one key. */
  readonly key: string;
  readonly password: string;
  /** Where certificates are written down, by id. All of them must agree. */
  readonly memories: readonly string[];
}

export class KeyError extends Error {
  override name = 'KeyError';
}

/** The user's own key, made at first use. Each folder that APKs are put into remembers beside the user's own folder. */
export function userSigning(apkFolder: string): Signing {
  const memory = 'apk-certificates.json';
  return {
    key: process.env.ONWARD_APK_KEY ?? join(userFolder, 'apk.jks'),
    password: process.env.ONWARD_APK_PASSWORD ?? 'onward',
    memories: [join(userFolder, memory), join(apkFolder, memory)],
  };
}

/**
 * Signs `unsigned` into `output` by the schemes v2 and v3 (v1 is for Android 6 and older, and dates what it writes).
 * Returns the certificate's SHA-256. Without an agreement of the memories nothing is at `output` that was not before.
 *
 * @throws KeyError where the id was signed by another certificate, or its key is not there
 */
export function signApk(unsigned: string, output: string, id: string, minSdk: number, signing: Signing): string {
  const remembered = recall(id, signing.memories);
  if (!existsSync(signing.key)) makeKey(id, signing, remembered);
  const fresh = `${output}.new`;
  try {
    run(
      'apksigner',
      [
        'sign',
        ...['--ks', signing.key, '--ks-pass', 'env:ONWARD_APK_PASSWORD', '--min-sdk-version', `${minSdk}`],
        ...['--v1-signing-enabled', 'false', '--v2-signing-enabled', 'true', '--v3-signing-enabled', 'true'],
        ...['--v4-signing-enabled', 'false', '--in', unsigned, '--out', fresh],
      ],
      { env: { ONWARD_APK_PASSWORD: signing.password } },
    );
    const { certificate } = verifySignature(fresh);
    refuseOther(id, certificate, remembered, signing.key);
    renameSync(fresh, output);
    for (const memory of signing.memories) remember(memory, id, certificate);
    return certificate;
  } finally {
    rmSync(fresh, { force: true });
  }
}

export interface Signature {
  readonly schemes: readonly string[];
  readonly signers: number;
  /** SHA-256 in lower case. */
  readonly certificate: string;
}

/** @throws ProgramError where the signature does not hold. */
export function verifySignature(apk: string): Signature {
  const text = run('apksigner', ['verify', '--verbose', '--print-certs', apk]);
  return {
    schemes: Array.from(text.matchAll(/^Verified using (v\d) scheme .*: true$/gm), ([, scheme]) => scheme),
    signers: Number(/^Number of signers: (\d+)$/m.exec(text)?.[1]),
    certificate: /^Signer #1 certificate SHA-256 digest: ([0-9a-f]{64})$/m.exec(text)?.[1] ?? '',
  };
}

interface Remembered {
  readonly certificate: string;
  readonly memory: string;
}

/** Who signed the id before, by all who remember one. */
function recall(id: string, memories: readonly string[]): Remembered[] {
  return memories.flatMap((memory) => {
    const certificate = readMemory(memory)[id];
    return certificate === undefined ? [] : [{ certificate, memory }];
  });
}

function refuseOther(id: string, certificate: string, remembered: readonly Remembered[], key: string): void {
  const other = remembered.find((before) => before.certificate !== certificate);
  if (other === undefined) return;
  throw new KeyError(
    `${key} has the certificate ${certificate}, but ${id} was signed by ${other.certificate} before ` +
      `(${other.memory}). Android refuses such an update: the app would have to be deleted, with what it learned. ` +
      'Give the key that signed before by --key, or another id by --id.',
  );
}

function makeKey(id: string, { key, password, memories }: Signing, remembered: readonly Remembered[]): void {
  if (remembered.length > 0) {
    throw new KeyError(
      `there is no key at ${key}, and ${id} was signed by ${remembered[0].certificate} before ` +
        `(${remembered[0].memory}). A new key could not update the app. Put the key back or give it by --key, ` +
        'or give another id by --id.',
    );
  }
  mkdirSync(dirname(key), { recursive: true, mode: 0o700 });
  run(
    'keytool',
    [
      '-genkeypair',
      ...['-keystore', key, '-storetype', 'PKCS12', '-storepass:env', 'ONWARD_APK_PASSWORD', '-alias', 'onward'],
      ...['-keyalg', 'RSA', '-keysize', '3072', '-validity', '36500', '-dname', 'CN=Onward'],
    ],
    { env: { ONWARD_APK_PASSWORD: password } },
  );
  chmodSync(key, 0o600);
  if (memories.length === 0) return;
  console.error(`Made a key: ${key}. Keep a copy: without it no update of the app can be made.`);
}

function readMemory(file: string): Record<string, string> {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

function remember(file: string, id: string, certificate: string): void {
  const memory = readMemory(file);
  if (memory[id] === certificate) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...memory, [id]: certificate }, null, 2)}\n`);
}
