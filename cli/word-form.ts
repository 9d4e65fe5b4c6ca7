// How the form of a layer's word, `cFkK[sS][same]`, reads a token, `c64k10x4s2same`.

import type { Values } from '../src/layers/word.ts';

/** What stands for each capital, and how it is read. */
const capitals: Readonly<Record<string, readonly [pattern: string, read: (text: string) => unknown]>> = {
  ...of('FGN', '\\d+', Number),
  ...of('ACDT', '\\d+(?:\\.\\d+)?', Number),
  ...of('KS', '\\d+(?:x\\d+)?', (text) => (text.includes('x') ? text.split('x').map(Number) : Number(text))),
};

/** Null where the token is none of the form. */
export type ReadForm = (token: string) => Values | null;

export function compileForm(form: string): ReadForm {
  const source = form
    .replace(/\[([a-z]+)\]/g, '(?<$1>$1)?')
    .replace(/\[(.+?)\]/g, '(?:$1)?')
    .replace(/[A-Z]/g, (capital) => `(?<${capital}>${capitals[capital][0]})`);
  const pattern = new RegExp(`^${source}$`);
  return (token) => {
    const match = pattern.exec(token);
    if (match === null) return null;
    const given = Object.entries(match.groups ?? {}).filter(([, text]) => text !== undefined);
    return Object.fromEntries(
      given.map(([name, text]) => [name, capitals[name]?.[1](text) ?? true]),
    ) as unknown as Values;
  };
}

function of(letters: string, pattern: string, read: (text: string) => unknown): typeof capitals {
  return Object.fromEntries([...letters].map((letter) => [letter, [pattern, read]]));
}
