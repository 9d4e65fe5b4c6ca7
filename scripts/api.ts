// `npm run api`: the public declarations of each entry as text, docs/api/<entry>.api.md, by api-extractor, from what
// `tsc` emits for the package; test/docs/api.test.ts compares. `npm run api -- --pages` writes pages for people into
// build/api/<entry>, by api-documenter.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompilerState, Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import manifest from '../package.json' with { type: 'json' };
import { root } from '../tools/bundle.ts';
import { emitTypes } from './emit-types.ts';

/** The declarations of each entry, by a name that a file may have: `author.check`. */
const entries = Object.entries(manifest.exports).flatMap(([entry, target]) =>
  typeof target === 'string' ? [] : [{ name: entry.slice(2).replaceAll('/', '.') || 'index', types: target.types }],
);

/** Of the library it is the report that counts; what the extractor would say of comments and tags is not asked. */
const silent = { logLevel: ExtractorLogLevel.None, addToApiReportFile: false };

function configure(folder: string, { name, types }: (typeof entries)[number]): ExtractorConfig {
  const mainEntryPointFilePath = join(folder, types);
  const compilerOptions = {
    target: 'ES2022',
    lib: ['ES2022', 'DOM'],
    module: 'ESNext',
    moduleResolution: 'bundler',
    types: [],
  };
  return ExtractorConfig.prepare({
    packageJsonFullPath: join(folder, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath,
      newlineKind: 'lf',
      compiler: { overrideTsconfig: { compilerOptions, files: [mainEntryPointFilePath] } },
      apiReport: {
        enabled: true,
        reportFileName: name,
        reportFolder: join(folder, 'report'),
        reportTempFolder: join(folder, 'temp'),
      },
      docModel: { enabled: true, apiJsonFilePath: join(folder, 'model', name, `${name}.api.json`) },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: silent },
        extractorMessageReporting: { default: silent },
        tsdocMessageReporting: { default: silent },
      },
    },
  });
}

export interface ApiReport {
  readonly name: string;
  readonly text: string;
}

/** The reports of all entries; `use` may read the folder in which they were made before it goes. */
export function reportApi(use: (folder: string) => void = () => {}): ApiReport[] {
  const folder = mkdtempSync(join(tmpdir(), 'onward-api-'));
  emitTypes(join(folder, 'dist'));
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  mkdirSync(join(folder, 'report'));
  const configs = entries.map((entry) => configure(folder, entry));
  const additionalEntryPoints = configs.map(({ mainEntryPointFilePath }) => mainEntryPointFilePath);
  const compilerState = CompilerState.create(configs[0], { additionalEntryPoints });
  const reports = configs.map((config, index) => {
    const messageCallback = (message: { handled: boolean }): void => {
      message.handled = true;
    };
    Extractor.invoke(config, { localBuild: true, compilerState, messageCallback });
    return { name: entries[index].name, text: readFileSync(config.reportFilePath, 'utf8') };
  });
  use(folder);
  rmSync(folder, { recursive: true });
  return reports;
}

function writePages(folder: string): void {
  for (const { name } of entries) {
    const out = join(root, 'build', 'api', name);
    const args = ['api-documenter', 'markdown', '--input-folder', join(folder, 'model', name), '--output-folder', out];
    const { status } = spawnSync('npx', args, { stdio: ['ignore', 'ignore', 2], shell: process.platform === 'win32' });
    if (status !== 0) throw new Error(`api-documenter ended with exit code ${status}.`);
  }
}

if (import.meta.filename === process.argv[1]) {
  const reports = reportApi(process.argv.includes('--pages') ? writePages : undefined);
  mkdirSync(join(root, 'docs', 'api'), { recursive: true });
  for (const { name, text } of reports) writeFileSync(join(root, 'docs', 'api', `${name}.api.md`), text);
}
