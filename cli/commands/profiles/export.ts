// `onward profiles export`: a device as files of another simulator, and what is lost on the way.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { defineCommand, jsonOption, printJson, UsageError } from '../../command.ts';
import { openOutput } from '../../output.ts';
import { chooseProfile } from '../../profiles/choose-profile.ts';
import { type FormatName, formats } from '../../profiles/exchange/index.ts';
import { readChoice } from '../../read-value.ts';

const names = Object.keys(formats) as FormatName[];

export const exportProfile = defineCommand({
  name: 'profiles export',
  positionals: '<profile>',
  options: {
    as: {
      type: 'string',
      value: '<simulator>',
      about: Object.values(formats)
        .map(({ name, about }) => `${name}: ${about}`)
        .join('; '),
    },
    out: { type: 'string', value: '<folder>', about: 'where its files are written; default: here' },
    ...jsonOption,
  },
  async run({ as, out = '.', json }, [word]) {
    if (word === undefined) throw new UsageError('wanted a profile, see onward profiles');
    if (as === undefined) throw new UsageError(`wanted --as ${names.join(' or ')}`);
    const profile = chooseProfile('<profile>', word);
    const { made, lost } = formats[readChoice('as', as, names)].write(profile);
    const files = Object.entries(made).map(([name, text]) => [join(out, name), text] as const);
    // where it cannot be made, what is written into it says so
    await mkdir(out, { recursive: true }).catch(() => {});
    const outputs = await Promise.all(files.map(([path]) => openOutput('out', path)));
    const written: string[] = [];
    for (const [at, [, text]] of files.entries()) written.push(await outputs[at].write(new TextEncoder().encode(text)));
    if (json) return printJson({ profile: profile.name, written, lost });
    for (const path of written) console.log(`written: ${path}`);
    for (const what of lost) console.log(`lost: ${what}`);
  },
});
