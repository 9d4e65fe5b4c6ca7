// jax-js, one entry for Node and for a bundler.
export * from '@jax-js/jax';
