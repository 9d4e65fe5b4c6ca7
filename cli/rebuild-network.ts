// A network from what a checkpoint says it is of (src/compile/identity.ts), for checkpoints without the word of theirs:
// those of a page. A layer's config holds what the function of its type takes, in that order (src/layers/layer.ts).

import { CheckpointError, type CheckpointInfo, type LayerSpec, type NetworkSpec, sequential } from '../src/index.ts';
import * as layers from '../src/layers/index.ts';
import { UsageError } from './command.ts';

type Declare = (...given: unknown[]) => LayerSpec;

interface Declared {
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** A part of an identity. @throws CheckpointError for one that is none. */
export function readPart(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CheckpointError(`the checkpoint says of itself '${text}', which cannot be read`);
  }
}

/** @throws UsageError where a layer is none of the library's; CheckpointError where the rest cannot be read. */
export function rebuildNetwork({ input, time, ...parts }: CheckpointInfo['identity']): NetworkSpec {
  const shape = readPart(input) as number[];
  const specs = Object.entries(parts).flatMap(([part, text]) => {
    const [, name] = /^layer '(.*)'$/.exec(part) ?? [];
    return name === undefined ? [] : [rebuildLayer(name, text)];
  });
  const [, most, steps, kind] = /^(up to )?(\d+) steps of a (sequence|still) input$/.exec(time) ?? [];
  if (steps === undefined) return sequential(shape, specs);
  const features = kind === 'still' ? shape : shape.slice(1);
  return sequential(features, specs, {
    steps: Number(steps),
    input: kind as 'sequence' | 'still',
    varying: most !== undefined,
  });
}

function rebuildLayer(name: string, text: string): LayerSpec {
  const [, type, config] = /^(\w+)(\{.*\})$/.exec(text) ?? [];
  try {
    return declare({ type, config: JSON.parse(config) }, { name });
  } catch {
    throw new UsageError(`the checkpoint's layer '${name}' is ${text}, none of the library's: --network says its file`);
  }
}

function declare({ type, config }: Declared, named: { readonly name?: string } = {}): LayerSpec {
  const make = (layers as Readonly<Record<string, unknown>>)[type] as Declare;
  const given = Object.entries(config).map(([key, value]) => [key, rebuilt(value)] as const);
  const places = given.slice(0, make.length).map(([, value]) => value);
  const spec = make(...places, { ...Object.fromEntries(given.slice(make.length)), ...named });
  if (spec.type === type) return spec;
  throw new RangeError(`'${type}' makes no layer of its name`);
}

/** A layer inside a layer, or a list of them; any other value as it is. */
function rebuilt(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rebuilt);
  return typeof value === 'object' && value !== null && 'config' in value ? declare(value as Declared) : value;
}
