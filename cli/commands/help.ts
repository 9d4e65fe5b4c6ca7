// `onward help`: the commands, or the options of one.

import { type Command, type CommandEntry, defineCommand, findCommand } from '../command.ts';
import { words } from '../network-word.ts';
import { version } from '../own-package.ts';
import { pairs } from '../table.ts';

/** The help of these commands. */
export const help = (commands: readonly CommandEntry[]): Command =>
  defineCommand({
    name: 'help',
    positionals: '[<command>...]',
    options: {},
    async run(_, [name, below]) {
      if (name === undefined) return console.log(describeAll(commands));
      const entry = findCommand(name, commands);
      const command = await entry.load();
      if (below === undefined || command.commands === undefined) return console.log(describe(entry, command));
      const lower = findCommand(below, command.commands);
      console.log(describe({ ...lower, name: `${name} ${below}` }, await lower.load()));
    },
  });

const describeAll = (commands: readonly CommandEntry[]): string => `\
onward ${version()}: learning without backpropagation, memory planned to the byte

onward <command> [options]

${indent(pairs(commands.map(({ name, about }) => [name, about])))}

onward help <command> lists its options. Examples:

  onward memory --network 28x28x1-c8k5-p2-100-10 --timeline
  onward train --data mnist --network 784-1000-10 --rule drtp --save digits.onward
  onward train --rule tpsgd --set localLoss=l1 --optimizer adam --lr 0.0005 --schedule linear --validation 0.1
  onward train --rule ./my-rule.ts --epochs 2

A network in a word: an input (784, 20x3 or 28x28x1), then layers. 784-t10 shows an input at 10 steps; otherwise layers
with time read the first axis as time. Hidden layers use --activation, or their own: 100:relu.

${indent(pairs(words.map(({ form, about }) => [form, about])))}

--debug shows the stack of an error.`;

function describe({ name, about }: CommandEntry, { positionals = '', options, commands = [] }: Command): string {
  const lines = Object.entries(options).map(
    ([key, { value = '', about: text, multiple, short }]) =>
      [`${short ? `-${short}, ` : ''}--${key} ${value}`.trimEnd(), multiple ? `${text} (repeatable)` : text] as const,
  );
  const usage = `onward ${name} ${positionals}`.trimEnd();
  const below = commands.map((entry) => [`onward ${name} ${entry.name}`, entry.about] as const);
  const parts = [lines, below].filter(({ length }) => length > 0).map((list) => `\n\n${indent(pairs(list))}`);
  return `${usage} [options]: ${about}${parts.join('')}`;
}

const indent = (text: string): string => text.replace(/^/gm, '  ');
