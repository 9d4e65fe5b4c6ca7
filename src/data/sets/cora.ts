// Cora: 2,708 papers on machine learning, which of 1,433 words each has, 5,278 citations between them, seven subjects.
// The customary split: 140 papers to learn from, 20 of each subject, 500 for validation, 1,000 to be judged by; the
// others lend their words and citations alone. The parts are a set like any other, learned without the citations;
// `graph` has all papers and the citations, each in both directions.

import { createDataset, type Graph, type LabelledSet, subset } from '../dataset.ts';
import { DataError, quoted } from '../errors.ts';
import { elementTypes, readElements, type TypedArray } from '../formats/ndarray.ts';
import type { OpenFile, SetDescriptor } from './descriptor.ts';

/** The files number them; which is which is told by their sizes, of which no two are alike. */
const SUBJECTS = [
  'Theory,Reinforcement Learning,Genetic Algorithms,Neural Networks',
  'Probabilistic Methods,Case Based,Rule Learning',
].flatMap((names) => names.split(','));

const FILES = {
  edges: 'edges_undirected_i32x2.bin',
  wordsPtr: 'feat_indptr_i32.bin',
  words: 'feat_indices_i32.bin',
  labels: 'labels_u8.bin',
  meta: 'meta.json',
};

export const cora: SetDescriptor<LabelledSet> = {
  name: 'cora',
  folder: 'graph-cora',
  source:
    'Sen et al., "Collective classification in network data", AI Magazine 29(3), 2008, with the split of Planetoid ' +
    '(Yang, Cohen, Salakhutdinov, ICML 2016): words as compressed rows, citations as pairs, the split as JSON',
  licence: 'not stated',
  files: [
    { name: FILES.edges, bytes: 42_224, sha256: 'e6bb1272300aece105a864b565592078fcbfc4ffadd74ddc48a15b6e2590c7e9' },
    { name: FILES.words, bytes: 196_864, sha256: 'e927312de3e1a5175c8ba21df70bbed22073bee54aa47725312ffb695e9ca83f' },
    { name: FILES.wordsPtr, bytes: 10_836, sha256: 'b62808e7a686a808d671be25edbe692b4adeb9b95c8684351d84fd9e12f7919a' },
    { name: FILES.labels, bytes: 2708, sha256: '1abd151ea244b2a84fccb0acae08d6b3bb90418c42adce4dd36afbed0a3edb3a' },
    { name: FILES.meta, bytes: 6177, sha256: 'fad8e1bc02353f4fab63144e11c82e30ba6db1f69b51db3784812565786b623c' },
  ],
  async read(open) {
    const meta = readMeta(await open(FILES.meta));
    const nodes = await readPapers(open, meta);
    const rows = { train: range(meta.train), validation: range(meta.val), test: Uint32Array.from(meta.test) };
    const beyond = Object.values(rows)
      .flatMap((part) => [...part])
      .find((paper) => paper >= nodes.count);
    if (beyond !== undefined)
      throw new DataError(`cora: the split has paper ${beyond}; wanted less than ${nodes.count}`);
    const graph = { nodes, rows, ...joined(await readInt32(open, FILES.edges), nodes.count) };
    return { train: subset(nodes, rows.train), test: subset(nodes, rows.test), graph };
  },
};

interface Meta {
  readonly features: number;
  readonly train: readonly [first: number, end: number];
  readonly val: readonly [first: number, end: number];
  readonly test: readonly number[];
}

function readMeta(bytes: Uint8Array): Meta {
  const text = new TextDecoder().decode(bytes);
  try {
    const { features, train, val, test }: Meta = JSON.parse(text);
    if (features > 0 && [train, val, test].every(Array.isArray)) return { features, train, val, test };
  } catch {}
  throw new DataError(`cora: ${FILES.meta} is ${quoted(text)}; wanted features, train, val and test`);
}

const range = ([first, end]: readonly [number, number]): Uint32Array =>
  Uint32Array.from({ length: end - first }, (_, at) => first + at);

async function readInt32(open: OpenFile, name: string): Promise<TypedArray> {
  const bytes = await open(name);
  return readElements(bytes, 0, elementTypes.i4, [bytes.length >>> 2], true);
}

/** 1 for a word that a paper has, else 0. */
async function readPapers(open: OpenFile, { features }: Meta): Promise<LabelledSet> {
  const labels = new Uint8Array(await open(FILES.labels));
  const [indptr, words] = [await readInt32(open, FILES.wordsPtr), await readInt32(open, FILES.words)];
  if (indptr.length !== labels.length + 1 || indptr[labels.length] !== words.length) {
    throw new DataError(`cora: ${words.length} words in ${indptr.length - 1} rows do not fit ${labels.length} papers`);
  }
  const unknown = words.find((word) => !(word >= 0 && word < features));
  if (unknown !== undefined) throw new DataError(`cora: a paper has word ${unknown}; wanted one of ${features}`);
  const inputs = new Float32Array(labels.length * features);
  labels.forEach((_, paper) => {
    for (const word of words.subarray(indptr[paper], indptr[paper + 1])) inputs[paper * features + word] = 1;
  });
  return createDataset({ name: 'cora', inputs, labels, inputShape: [features], classNames: SUBJECTS });
}

/** Pairs as compressed rows, in both directions. */
function joined(pairs: TypedArray, count: number): Pick<Graph, 'indptr' | 'indices'> {
  const neighbours = Array.from({ length: count }, (): number[] => []);
  for (let at = 0; at < pairs.length; at += 2) {
    const [a, b] = pairs.subarray(at, at + 2);
    if (!(neighbours[a] && neighbours[b])) throw new DataError(`cora: ${a} cites ${b}; wanted papers below ${count}`);
    neighbours[a].push(b);
    neighbours[b].push(a);
  }
  const indptr = new Int32Array(count + 1);
  neighbours.forEach((others, paper) => {
    indptr[paper + 1] = indptr[paper] + others.sort((a, b) => a - b).length;
  });
  return { indptr, indices: Int32Array.from(neighbours.flat()) };
}
