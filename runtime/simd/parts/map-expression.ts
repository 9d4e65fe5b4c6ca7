// Elementwise expressions as data: what f32_map computes. A tree of operations over constants and leaves; a leaf is an
// operand of the kernel, known by a small number. This file knows structure and canonical text, and emits nothing.

import type { DistributionName } from './distribution.ts';
import { binary, ternary, unary, type BinaryName, type TernaryName, type UnaryName } from './elementwise.ts';

export type OperationName = UnaryName | BinaryName | TernaryName;

/** How a leaf is read at (row, column), or drawn there; map-row.ts lists the parameters of each. */
export type LeafKind =
  | 'scalar'
  | 'matrix'
  | 'bytes'
  | 'int8'
  | 'column'
  | 'gather'
  | 'cells'
  | 'oneHot'
  | 'hot'
  | DistributionName;

export type MapExpression =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: LeafKind; readonly leaf: number }
  | { readonly kind: 'apply'; readonly op: OperationName; readonly args: readonly MapExpression[] };

/** Thrown for an expression that no kernel can be made from. */
export class MapExpressionError extends Error {
  override name = 'MapExpressionError';
}

/** A distinct node of an expression. */
export interface MapStep {
  readonly node: MapExpression;
  /** The steps whose values it takes, all before it. */
  readonly args: readonly number[];
  /** How many steps take its value. */
  uses: number;
}

/**
 * The distinct nodes of an expression, arguments before the steps that take them: equal nodes are one step, so what is
 * repeated is computed once.
 *
 * @throws MapExpressionError for a wrong number of arguments, or a leaf read in two ways
 */
export function mapSteps(expression: MapExpression): MapStep[] {
  const steps: MapStep[] = [];
  const byNode = new Map<MapExpression, number>();
  const byText = new Map<string, number>();
  const visit = (node: MapExpression): number => {
    const known = byNode.get(node);
    if (known !== undefined) return known;
    const args = node.kind === 'apply' ? node.args.map(visit) : [];
    const text = nodeText(node, args.map(String));
    const number = byText.get(text) ?? steps.push({ node, args, uses: 0 }) - 1;
    byNode.set(node, number);
    byText.set(text, number);
    return number;
  };
  visit(expression);
  for (const { args } of steps) for (const arg of args) steps[arg].uses++;
  check(steps);
  return steps;
}

/** The expression as a line of text, the same for equal expressions: `t0=sub(matrix0,oneHot1); mul(t0,abs(t0))`. */
export function mapText(expression: MapExpression): string {
  const names: string[] = [];
  const shared: string[] = [];
  for (const { node, args, uses } of mapSteps(expression)) {
    const text = nodeText(
      node,
      args.map((arg) => names[arg]),
    );
    if (node.kind !== 'apply' || uses < 2) names.push(text);
    else {
      names.push(`t${shared.length}`);
      shared.push(`t${shared.length}=${text}; `);
    }
  }
  return shared.join('') + names[names.length - 1];
}

function nodeText(node: MapExpression, args: readonly string[]): string {
  if (node.kind === 'apply') return `${node.op}(${args.join()})`;
  if (node.kind === 'constant') return Object.is(node.value, -0) ? '-0' : String(node.value);
  return `${node.kind}${node.leaf}`;
}

function check(steps: readonly MapStep[]): void {
  const kinds = new Map<number, LeafKind>();
  for (const { node, args } of steps) {
    if (node.kind === 'constant') continue;
    if (node.kind === 'apply') {
      const wanted = node.op in unary ? 1 : node.op in binary ? 2 : node.op in ternary ? 3 : null;
      if (wanted === null) throw new MapExpressionError(`there is no elementwise function '${node.op}'`);
      if (args.length === wanted) continue;
      throw new MapExpressionError(`${node.op} takes ${wanted} arguments, not ${args.length}`);
    }
    const before = kinds.get(node.leaf) ?? node.kind;
    kinds.set(node.leaf, before);
    if (before !== node.kind) {
      throw new MapExpressionError(`leaf ${node.leaf} is read as ${before} and as ${node.kind}`);
    }
  }
}
