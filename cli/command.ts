// What a command of the command line is: its name, its options with the line that help shows, and what it does.

import { parseArgs } from 'node:util';

/** Thrown for a command line that means nothing: exit code 2, where 1 is for what was understood and then failed. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export interface Option {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  /** One letter, for a single dash. */
  readonly short?: string;
  /** What stands for the value in help, such as `<n>`. */
  readonly value?: string;
  /** What it does, with its default. */
  readonly about: string;
}

export type Options = Readonly<Record<string, Option>>;

/** The values given for options: text, a list of texts, or true. */
export type Values<O extends Options> = {
  readonly [Name in keyof O]?: O[Name] extends { readonly type: 'boolean' }
    ? boolean
    : O[Name] extends { readonly multiple: true }
      ? readonly string[]
      : string;
};

/** A command as the index knows it. */
export interface CommandEntry {
  readonly name: string;
  /** One line. */
  readonly about: string;
  load(): Promise<Command>;
}

export interface Command {
  readonly name: string;
  /** What comes without dashes, as help shows it: `[<folder>]`, or `[<row>...]` for several. */
  readonly positionals?: string;
  readonly options: Options;
  /** What its first word may name instead. */
  readonly commands?: readonly CommandEntry[];
  /** @throws UsageError for arguments that mean nothing. */
  run(args: readonly string[]): Promise<void>;
}

export interface CommandSpec<O extends Options> extends Omit<Command, 'run' | 'options'> {
  readonly options: O;
  run(values: Values<O>, positionals: readonly string[]): Promise<void>;
}

/** A command whose arguments are parsed by its options. */
export function defineCommand<const O extends Options>({ run, ...command }: CommandSpec<O>): Command {
  const { positionals: form = '' } = command;
  const mostPositionals = form.includes('...') ? Number.POSITIVE_INFINITY : Math.min(form.length, 1);
  return {
    ...command,
    async run(args) {
      const { values, positionals } = parseOptions(command, args);
      if (positionals.length > mostPositionals) {
        throw new UsageError(`'${positionals[mostPositionals]}' was not expected; see onward help ${command.name}`);
      }
      await run(values, positionals);
    },
  };
}

/** A command that is one of these where its first word names one; other words are its own, if it takes any. */
export const withCommands = (command: Command, commands: readonly CommandEntry[]): Command => ({
  ...command,
  commands,
  async run(args) {
    const entry = commands.find(({ name }) => name === args[0]);
    if (entry !== undefined) return (await entry.load()).run(args.slice(1));
    const [word] = args;
    if (command.positionals === undefined && word !== undefined && !word.startsWith('-')) findCommand(word, commands);
    return command.run(args);
  },
});

/** `--lr -1` as `--lr=-1`: what follows an option with a value is its value, unless it is an option too. */
function joinValues(options: Options, args: readonly string[]): string[] {
  const isOption = (arg: string): boolean => Object.hasOwn(options, arg.replace(/^--?|=.*$/g, ''));
  const joined: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const [arg, next = ''] = [args[at], args[at + 1]];
    const option = arg.startsWith('--') ? options[arg.slice(2)] : undefined;
    if (option?.type !== 'string' || !next.startsWith('-')) joined.push(arg);
    else if (isOption(next)) throw new UsageError(`${arg} wants ${option.value}, but ${next} follows`);
    else joined.push(`${arg}=${args[++at]}`);
  }
  return joined;
}

/** @throws UsageError for arguments that mean nothing. */
export function parseOptions<O extends Options>(
  { name, options }: { readonly name: string; readonly options: O },
  args: readonly string[],
): { readonly values: Values<O>; readonly positionals: readonly string[] } {
  const config = Object.fromEntries(
    Object.entries(options).map(([key, { type, multiple = false, short }]) => [
      key,
      { type, multiple, ...(short && { short }) },
    ]),
  );
  const joined = joinValues(options, args);
  try {
    const parsed = parseArgs({ args: joined, options: config, allowPositionals: true, tokens: true });
    const { values, positionals, tokens } = parsed;
    refuseTwice(
      options,
      tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : [])),
    );
    return { values: values as Values<O>, positionals };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const [firstSentence] = (error as Error).message.split(/[.\n]/);
    throw new UsageError(`${firstSentence}; see onward help ${name}`);
  }
}

/** Of two values the last one would be taken, and the first one lost. */
function refuseTwice(options: Options, given: readonly string[]): void {
  const twice = given.find((name, at) => given.indexOf(name) < at && isSingle(options[name]));
  if (twice !== undefined) throw new UsageError(`--${twice} is given twice, wanted one value`);
}

const isSingle = ({ type, multiple = false }: Option): boolean => type === 'string' && !multiple;

export const jsonOption = { json: { type: 'boolean', about: 'prints one line of JSON instead of text' } } as const;

export const printJson = (value: unknown): void => console.log(JSON.stringify(value));

/** Some options of these. */
export const without = <O extends Options, Name extends keyof O>(
  options: O,
  ...names: readonly Name[]
): Omit<O, Name> =>
  Object.fromEntries(Object.entries(options).filter(([name]) => !names.includes(name as Name))) as Omit<O, Name>;

/** @throws UsageError for a name there is not. */
export function findCommand(name: string, commands: readonly CommandEntry[]): CommandEntry {
  const found = commands.find((known) => known.name === name);
  if (found !== undefined) return found;
  throw new UsageError(`there is no command '${name}', wanted ${commands.map((known) => known.name).join(', ')}`);
}
