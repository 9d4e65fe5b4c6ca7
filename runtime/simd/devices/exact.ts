// e^x - 1 and log x in double precision by additions, products and roots only, which every engine rounds alike: what is
// solved on the host must not depend on whose Math it is.

/** By its series, of an argument that is halved until it is small: e^2x - 1 = (e^x - 1)(e^x + 1). */
export function expm1(x: number): number {
  let [small, halvings] = [x, 0];
  for (; Math.abs(small) > 1 / 32; halvings++) small /= 2;
  let [term, sum] = [small, small];
  for (let n = 2; n < 12; n++) {
    term *= small / n;
    sum += term;
  }
  for (; halvings > 0; halvings--) sum *= sum + 2;
  return sum;
}

/** By 2 artanh((x - 1) / (x + 1)), of an argument whose root is taken until it is near 1. */
export function log(x: number): number {
  let [near, factor] = [x, 2];
  for (; Math.abs(near - 1) > 1 / 16; factor *= 2) near = Math.sqrt(near);
  const s = (near - 1) / (near + 1);
  let [power, sum] = [s, s];
  for (let n = 3; n < 18; n += 2) {
    power *= s * s;
    sum += power / n;
  }
  return factor * sum;
}
