import { testCrash } from './crash.ts';

const fromSource = (source: string): Worker => {
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  return new Worker(url, { type: 'module' });
};

testCrash(
  [
    {
      name: 'a worker that throws rejects with what it threw',
      start: () => fromSource('setTimeout(() => { throw new Error("out of luck"); }, 20)'),
      cause: 'out of luck',
    },
    {
      name: 'a worker without a file rejects',
      start: () => new Worker('/no-such-worker.js', { type: 'module' }),
      cause: 'could not be loaded',
    },
  ],
  () => fromSource('close()'),
);
