// Before the tests of the packed library: it is packed and installed, with what it is tried with.

import { installTools } from '../../scripts/matrix/install.ts';
import { installPacked } from '../../tools/pack.ts';

export default function setup(): void {
  installTools();
  installPacked();
}
