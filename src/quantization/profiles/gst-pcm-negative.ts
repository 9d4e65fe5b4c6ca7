// GST phase change memory with its second label read as negative, by which depression runs as its picture has it.

import { gstPcm } from './gst-pcm.ts';
import type { Profile } from './profile.ts';

export const gstPcmNegative: Profile = {
  ...gstPcm,
  name: 'gst-pcm-negative',
  title: 'GST phase change memory, the second label read as negative',
  constants: { ...gstPcm.constants, down: -2.4 },
  note: 'See `gst-pcm`.',
};
