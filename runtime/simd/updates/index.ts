// All updates, by name. One more is one file and one line.

export * as adam from './adam.ts';
export * as adamw from './adamw.ts';
export * as momentum from './momentum.ts';
export * as nesterov from './nesterov.ts';
export * as sgd from './sgd.ts';
export * as sign from './sign.ts';
