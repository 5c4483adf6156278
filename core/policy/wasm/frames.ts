/**
 * Where the stack is counted. Calls that cannot come round again nest only so deep as the module's own text says; so words
 * are looked at where a call may lead back to itself, and where the host calls. What is left is a parameter more, of the
 * functions that do so and of all that lead to them. Why, and what it saves: docs/design/metering.md.
 */
import { type Module, typeOfFunction } from "./model.ts";
import { OP } from "./opcodes.ts";
import { FRAME_WORDS } from "./profile.ts";

/** Of a function that is told what is left. In words. */
export interface Frame {
  /** Its own, which its callees do not get. */
  readonly words: number;
  /** Must be left: its own and the deepest chain of calls that look at nothing. 0: it is such a call itself. */
  readonly needed: number;
}

export interface StackPlan {
  /** By body; null where it needs not be told. */
  readonly frames: readonly (Frame | null)[];
  /** By type: whether a call through the table leads to a function that must be told. */
  readonly isTold: readonly boolean[];
  /** By body: words of the deepest chain of calls from it, its own frame included, that look at nothing. */
  readonly deepest: readonly number[];
}

/** By body: parameters, locals, greatest operand height, and the frame's own words. */
export function frameWords(module: Module, heights: readonly number[]): number[] {
  return module.bodies.map(({ locals }, index) => {
    const params = typeOfFunction(module, module.imports.length + index)?.params.length ?? 0;
    return params + locals.length + (heights[index] ?? 0) + FRAME_WORDS;
  });
}

/** `words` is by body. */
export function planStack(module: Module, words: readonly number[]): StackPlan {
  const { callees, nodesOfTypes } = callGraph(module);
  /** By node: whether a chain of calls may come back to it; whether one leads to such a node; words of the deepest without one. */
  const recurs = new Uint8Array(callees.length);
  const leads = new Uint8Array(callees.length);
  const deepest = new Float64Array(callees.length);
  for (const group of calleesFirst(callees)) {
    const [first = 0] = group;
    const isCycle = group.length > 1 || callees[first]?.includes(first) === true;
    // A type has no code that could look: what it leads to does.
    if (isCycle) for (const node of group) recurs[node] = node < words.length ? 1 : 0;
    // Types first, which lead to bodies alone.
    for (const node of group.sort((a, b) => b - a)) {
      let below = 0;
      leads[node] = isCycle ? 1 : 0;
      for (const callee of callees[node] ?? []) {
        if (leads[callee] === 1) leads[node] = 1;
        if (recurs[callee] === 0) below = Math.max(below, deepest[callee] as number); // one for each node
      }
      deepest[node] = (words[node] ?? 0) + below;
    }
  }
  return {
    frames: words.map((own, index) =>
      leads[index] === 1
        ? { words: own, needed: recurs[index] === 1 ? (deepest[index] as number) : 0 } // one for each node
        : null,
    ),
    isTold: nodesOfTypes.map((node) => leads[node] === 1),
    deepest: words.map((_, index) => deepest[index] as number), // one for each node
  };
}

/** By node, which are the bodies and behind them the types: a call through the table may lead to all of its type in there. */
function callGraph(module: Module): { callees: number[][]; nodesOfTypes: number[] } {
  const { bodies, code, types, imports, elements } = module;
  const nodeOfType = new Map<string, number>();
  const nodesOfTypes = types.map(({ params, result }, index) => {
    const key = `${params.join()}:${result}`;
    const node = nodeOfType.get(key) ?? bodies.length + index;
    nodeOfType.set(key, node);
    return node;
  });
  const callees = Array.from({ length: bodies.length + types.length }, () => new Set<number>());
  for (const [index, { first, last }] of bodies.entries())
    for (let row = first; row <= last; row++) {
      const op = code.opcode[row];
      const a = code.a[row] as number; // in range
      if (op === OP.call && a >= imports.length) callees[index]?.add(a - imports.length);
      else if (op === OP.callIndirect) callees[index]?.add(nodesOfTypes[a] as number); // validated
    }
  for (const { functions } of elements)
    for (const index of functions) {
      const body = index - imports.length;
      const type = module.functions[body];
      if (type !== undefined) callees[nodesOfTypes[type] as number]?.add(body); // validated
    }
  return { callees: callees.map((nodes) => [...nodes]), nodesOfTypes };
}

/**
 * Nodes that lead to each other in one group, each group behind those that it leads to (Tarjan 1972, without recursion, since
 * a module may have 5,000 functions in a row).
 */
function calleesFirst(callees: readonly (readonly number[])[]): number[][] {
  const groups: number[][] = [];
  const foundAt = new Int32Array(callees.length).fill(-1);
  const low = new Int32Array(callees.length);
  const isOpen = new Uint8Array(callees.length);
  const next = new Uint32Array(callees.length);
  const open: number[] = [];
  let found = 0;
  for (const root of callees.keys()) {
    const way = foundAt[root] === -1 ? [root] : [];
    for (let node = way.at(-1); node !== undefined; node = way.at(-1)) {
      if (foundAt[node] === -1) {
        foundAt[node] = low[node] = found++;
        isOpen[node] = 1;
        open.push(node);
      }
      const callee = callees[node]?.[next[node] as number]; // one for each node, as below
      if (callee !== undefined) {
        next[node] = (next[node] as number) + 1;
        if (foundAt[callee] === -1) way.push(callee);
        else if (isOpen[callee] === 1) low[node] = Math.min(low[node] as number, foundAt[callee] as number);
        continue;
      }
      way.pop();
      const caller = way.at(-1);
      if (caller !== undefined) low[caller] = Math.min(low[caller] as number, low[node] as number);
      if (low[node] !== foundAt[node]) continue;
      const group = open.splice(open.lastIndexOf(node));
      for (const member of group) isOpen[member] = 0;
      groups.push(group);
    }
  }
  return groups;
}
