// What a node's surroundings say: features spread along the edges, so that a network without a graph learns with it.
//
//   S^hops X,  S = D^-1/2 (A + I) D^-1/2,  D the degrees with the node itself
//
// Source: Wu et al., "Simplifying graph convolutional networks", ICML 2019.

import { expectIs, integer } from '../../options.ts';
import { expectDataset, expectList } from '../expect.ts';
import type { Graph } from '../dataset.ts';
import { elementCount } from '../formats/ndarray.ts';

/** The features of all nodes after so many hops: (count, ...inputShape). */
export function propagate(graph: Graph, hops: number): Float32Array {
  const { nodes, indptr, indices } = Object(graph) as Graph;
  expectDataset('propagate', nodes);
  for (const part of [indptr, indices]) expectList('propagate: indptr or indices', part);
  expectIs('propagate: hops', hops, integer(0));
  const width = elementCount(nodes.inputShape);
  const weights = Float64Array.from(nodes.labels, (_, node) => 1 / Math.sqrt(1 + indptr[node + 1] - indptr[node]));
  let features = Float32Array.from(nodes.inputs);
  for (let hop = 0; hop < hops; hop++) {
    const spread = new Float32Array(features.length);
    weights.forEach((weight, node) => {
      const out = spread.subarray(node * width, (node + 1) * width);
      const add = (other: number): void => {
        const scale = weight * weights[other];
        const row = features.subarray(other * width, (other + 1) * width);
        for (let at = 0; at < width; at++) out[at] += scale * row[at];
      };
      add(node);
      indices.subarray(indptr[node], indptr[node + 1]).forEach(add);
    });
    features = spread;
  }
  return features;
}
