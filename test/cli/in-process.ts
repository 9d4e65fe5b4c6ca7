// One command line, run in this process: its exit code, and what it prints.

import { expect, vi } from 'vitest';
import { run } from '../../cli/run.ts';

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function onward(...args: string[]): Promise<Ended> {
  let [out, err] = ['', ''];
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((text) => {
      out += `${text}\n`;
    }),
    vi.spyOn(console, 'error').mockImplementation((text) => {
      err += `${text}\n`;
    }),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      err += text;
      return true;
    }),
  ];
  const before = process.exitCode;
  try {
    const code = await run(args);
    return { code: code === 0 ? Number(process.exitCode ?? 0) : code, out, err };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}

/** What a command prints that ends well. */
export async function succeeded(...args: string[]): Promise<string> {
  const { code, out, err } = await onward(...args);
  expect(code, err).toBe(0);
  return out;
}
