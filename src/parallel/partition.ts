// Cuts a row of work into stretches of which the largest is as small as can be: the linear partition problem, by
// dynamic programming over the number of stretches, O(parts x length^2).

/** Where each stretch ends, exclusive; of cuts that are as good, the one that comes first, then the next. */
export function partition(work: readonly number[], parts: number): readonly number[] {
  // by where what is left begins: the work of its largest stretch, then where each of its stretches ends
  let best = work.map((_, from) => [work.slice(from).reduce((sum, each) => sum + each, 0), work.length]);
  for (let count = 1; count < parts; count++) {
    best = best.slice(1).map((_, from) => {
      let [own, least] = [0, [Infinity]];
      for (let end = from + 1; end < best.length; end++) {
        own += work[end - 1];
        const [rest, ...ends] = best[end];
        const most = Math.max(own, rest);
        if (most < least[0]) least = [most, end, ...ends];
      }
      return least;
    });
  }
  return best[0].slice(1);
}
