// All device profiles, one line each: numbers with their source.

import { agASi } from './ag-a-si.ts';
import { aloxHfo2 } from './alox-hfo2.ts';
import { capacitor } from './capacitor.ts';
import { ecram } from './ecram.ts';
import { ecramMo } from './ecram-mo.ts';
import { epiram } from './epiram.ts';
import { gokmenVlasov } from './gokmen-vlasov.ts';
import { gstPcm } from './gst-pcm.ts';
import { gstPcmNegative } from './gst-pcm-negative.ts';
import { hzoFefet } from './hzo-fefet.ts';
import { hzoFefetNegative } from './hzo-fefet-negative.ts';
import { idealDevice } from './ideal-device.ts';
import { idealized } from './idealized.ts';
import { lim2017 } from './lim-2017.ts';
import { pcm } from './pcm.ts';
import { pcmo } from './pcmo.ts';
import { reramArrayHfo2 } from './reram-array-hfo2.ts';
import { reramArrayOm } from './reram-array-om.ts';
import { reramEs } from './reram-es.ts';
import { reramSb } from './reram-sb.ts';
import { sram6Bit } from './sram-6-bit.ts';
import { taoxHfox } from './taox-hfox.ts';
import { taoxTio2 } from './taox-tio2.ts';
import type { Profile } from './profile.ts';

const all: readonly Profile[] = [
  agASi,
  taoxTio2,
  taoxHfox,
  pcmo,
  aloxHfo2,
  gstPcm,
  gstPcmNegative,
  epiram,
  hzoFefet,
  hzoFefetNegative,
  sram6Bit,
  idealDevice,
  reramEs,
  reramSb,
  reramArrayOm,
  reramArrayHfo2,
  capacitor,
  ecram,
  ecramMo,
  idealized,
  gokmenVlasov,
  pcm,
  lim2017,
];

/** By name. */
export const profiles: Readonly<Record<string, Profile>> = Object.fromEntries(
  all.map((profile) => [profile.name, profile]),
);
