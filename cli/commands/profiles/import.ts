// `onward profiles import`: a device of another simulator as a profile that `--storage` takes, and what is lost on the
// way.

import { basename, extname } from 'node:path';
import { defineCommand, jsonOption, printJson, UsageError } from '../../command.ts';
import { openOutput } from '../../output.ts';
import { formats } from '../../profiles/exchange/index.ts';
import { readInput } from '../../read-input.ts';

export const importProfile = defineCommand({
  name: 'profiles import',
  positionals: '<file>...',
  options: {
    out: { type: 'string', value: '<file>', about: 'writes the profile, as --storage takes it: name.json' },
    ...jsonOption,
  },
  async run({ out, json }, files) {
    const format = Object.values(formats).find((known) => known.reads(files));
    if (format === undefined) {
      const wanted = Object.values(formats).map(({ name, about }) => `${about} (${name})`);
      throw new UsageError(`files are ${files.join(', ') || 'not given'}, wanted ${wanted.join(', or ')}`);
    }
    if (out?.endsWith('.json') === false) throw new UsageError(`--out is '${out}', wanted name.json`);
    const output = out === undefined ? null : await openOutput('out', out);
    const texts: string[] = [];
    for (const file of files) texts.push(new TextDecoder().decode(await readInput('<file>', file)));
    const { made, lost } = format.read(basename(out ?? files[0], extname(out ?? files[0])), texts);
    const saved = await output?.write(new TextEncoder().encode(`${JSON.stringify(made, null, 2)}\n`));
    if (json) return printJson({ profile: made, lost, saved });
    console.log(saved === undefined ? JSON.stringify(made, null, 2) : `written: ${saved}`);
    for (const what of lost) console.log(`lost: ${what}`);
  },
});
