// `npm test`: types, lint, what nothing uses, then every test in Node, in a real Chromium and of the packed library;
// arguments go to vitest.
//
// The last line is `N passed, N failed`, counted from vitest's own JSON result; a failed type check, a failed lint and
// a test file that does not load count as one failure each.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '../tools/find-chromium.ts';

/** The fields used of vitest's JSON reporter. */
interface VitestResult {
  numPassedTests: number;
  numFailedTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
}

const folder = mkdtempSync(join(tmpdir(), 'onward-test-'));
const resultFile = join(folder, 'vitest.json');

const failedChecks = [
  check('types', ['npm', 'run', '--silent', 'types']),
  check('lint', ['npm', 'run', '--silent', 'lint']),
  check('unused', ['npm', 'run', '--silent', 'unused']),
].filter((passed) => !passed).length;

const chromium = await findChromium();
const vitestPassed = check(
  'tests',
  [
    'npx',
    'vitest',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${resultFile}`,
    ...process.argv.slice(2),
  ],
  { CHROMIUM_PATH: chromium },
);
const { passed, failed } = count(resultFile);
rmSync(folder, { recursive: true });

const failures = failedChecks + (vitestPassed ? failed : Math.max(failed, 1));
console.log(`\n${passed} passed, ${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;

function check(title: string, command: string[], variables: Record<string, string> = {}): boolean {
  console.log(`\n${title}: ${command.slice(0, 4).join(' ')}`);
  const { status, error } = spawnSync(command[0], command.slice(1), {
    stdio: 'inherit',
    env: { ...process.env, ...variables },
    shell: process.platform === 'win32',
  });
  if (error) throw error;
  if (status !== 0) console.error(`${title}: failed with exit code ${status}`);
  return status === 0;
}

function count(file: string): { passed: number; failed: number } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return { passed: 0, failed: 1 };
  }
  const result: VitestResult = JSON.parse(text);
  const notLoaded = result.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return { passed: result.numPassedTests, failed: result.numFailedTests + notLoaded.length };
}
