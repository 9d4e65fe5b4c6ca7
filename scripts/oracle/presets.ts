// The numbers of aihwkit's presets beside those of the profiles that name it as their source.

import { fromAihwkit, type Json } from '../../cli/profiles/exchange/aihwkit.ts';
import { profiles } from '../../src/index.ts';
import { expectProfile } from '../../src/quantization/profiles/profile.ts';

/** aihwkit's class, by profile. */
export const presets: Readonly<Record<string, string>> = {
  'reram-es': 'ReRamESPresetDevice',
  'reram-sb': 'ReRamSBPresetDevice',
  'reram-array-om': 'ReRamArrayOMPresetDevice',
  'reram-array-hfo2': 'ReRamArrayHfO2PresetDevice',
  capacitor: 'CapacitorPresetDevice',
  ecram: 'EcRamPresetDevice',
  'ecram-mo': 'EcRamMOPresetDevice',
  idealized: 'IdealizedPresetDevice',
  'gokmen-vlasov': 'GokmenVlasovPresetDevice',
  pcm: 'PCMPresetDevice',
};

export type NumbersVerdict = { readonly numbers: number } | { readonly error: string };

/** Compares a profile with the fields of its preset, as imported. */
export function judgeNumbers(name: string, fields: Json): NumbersVerdict {
  const [ours, theirs] = [expectProfile(profiles[name]), expectProfile(fromAihwkit(name, fields).made)];
  const numbersOf = ({ constants, stuck, writeNoise, retention }: typeof ours): Record<string, number> => ({
    ...constants,
    stuck,
    writeNoise,
    lifetime: retention?.seconds ?? 0,
  });
  const wanted = numbersOf(theirs);
  const all = Object.entries(numbersOf(ours));
  const off = all.find(([key, value]) => !(Math.abs(value - wanted[key]) <= 1e-12 * Math.abs(value)));
  return off === undefined
    ? { numbers: all.length }
    : { error: `${off[0]} is ${off[1]}, aihwkit has ${wanted[off[0]]}` };
}
