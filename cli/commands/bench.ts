// `onward bench`: the speed of steps and kernels beside other libraries. It lives in bench/, in a checkout only.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, UsageError } from '../command.ts';
import { root } from '../own-package.ts';

/** Thrown in the published package, which holds no benchmark. */
class NoBenchmarkError extends Error {
  override name = 'NoBenchmarkError';
}

export const bench: Command = {
  name: 'bench',
  positionals: '<step|kernels>',
  options: {
    case: { type: 'string', value: '<text>', about: 'only cases with this in their name' },
    who: { type: 'string', value: '<name,name>', about: 'only these contenders, steps beside the control' },
    browser: { type: 'boolean', about: 'runs in Chromium instead of Node' },
    json: { type: 'boolean', about: 'prints JSON instead of tables' },
  },
  async run([kind = '', ...args]) {
    if (!existsSync(join(root, 'bench'))) {
      throw new NoBenchmarkError('the published package holds no benchmark: clone the repository and run it there');
    }
    const { bench: measure, kinds } = await import('../../bench/speed/main.ts');
    if (!kinds.some((name) => name === kind)) throw new UsageError(`bench wants ${kinds.join(' or ')}, not '${kind}'`);
    await measure(kind, args);
  },
};
