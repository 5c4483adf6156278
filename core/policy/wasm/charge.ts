/** How much fuel a body charges, and where. Why so, and what it costs: docs/design/metering.md. */
import type { Body, Code } from "./model.ts";
import { COST_CLASSES, costClassOf, OP } from "./opcodes.ts";
import { type ChargingRule, type CostTable, LIMITS } from "./profile.ts";

/** By opcode: its static cost. */
export function instructionCosts(costs: CostTable): Float64Array {
  const byClass = COST_CLASSES.map((name) => costs.instruction[name]);
  return Float64Array.from(costClassOf, (index) => byClass[index] ?? 0);
}

/** What charging needs to know beside the body itself. */
export interface Charging {
  readonly rule: ChargingRule;
  /** By opcode. */
  readonly costs: Float64Array;
  /** By function: what its callers are charged for it (leaves), 0 for all that charge for themselves. */
  readonly callCosts: Float64Array;
}

/**
 * Writes the charge due before each row of a body to `charges` (0: none), and returns their sum.
 * `entry` is what entering the function costs.
 */
export function chargeBody(
  charging: Charging,
  code: Code,
  body: Body,
  entry: number,
  charges: Float64Array,
): number {
  if (charging.rule === "segment") chargeSegments(charging, code, body, entry, charges);
  else chargePaths(charging, code, body, entry, charges);
  let sum = 0;
  for (let row = body.first; row <= body.last; row++) sum += charges[row] ?? 0;
  return sum;
}

const costOf = ({ costs, callCosts }: Charging, code: Code, row: number, op: number): number =>
  (costs[op] as number) + (op === OP.call ? (callCosts[code.a[row] as number] as number) : 0); // all defined

/*
 * The rule `path`. A region is a function's body, or a loop's, without the loops inside it. Between two charges control
 * only moves forward, since every way back leads through a loop's header or a call. So the costliest way through a
 * region, from its first row to wherever it can be left, is a bound on what one pass through it costs. It is found in
 * one pass over the rows: `spent` is the cost of the costliest way to the row under way.
 *
 * Open blocks are kept in arrays, by depth, and reused: nesting is limited. Depth 0 is the body.
 */
const DEPTH = LIMITS.NESTING_MAX + 2;
const isLoop = new Uint8Array(DEPTH);
/** Depth of the region that a block belongs to: the loop around it, or 0. */
const regionOf = new Uint32Array(DEPTH);
/** Of a loop: the row where its charge is written, which is the one after its header. */
const chargeRow = new Uint32Array(DEPTH);
/** Of a region: the cost so far, and the greatest so far. */
const spent = new Float64Array(DEPTH);
const peak = new Float64Array(DEPTH);
/** Of a block: the costliest way that reaches its end by a branch, or by the end of a then-arm. */
const arrived = new Float64Array(DEPTH);
/** Of an `if`: the cost before its arms, until an else-arm has begun. */
const skipped = new Float64Array(DEPTH);
/** The cost where nothing can arrive. */
const UNREACHABLE = -1;

function chargePaths(charging: Charging, code: Code, body: Body, entry: number, charges: Float64Array): void {
  let depth = 0;
  let region = 0;
  openRegion(0, body.first, entry);
  for (let row = body.first; row <= body.last; row++) {
    const op = code.opcode[row] as number; // in range, as are all rows of a body
    const before = spent[region] as number; // a region is always open
    if (before !== UNREACHABLE) {
      const after = before + costOf(charging, code, row, op);
      spent[region] = after;
      if (after > (peak[region] as number)) peak[region] = after;
    }
    switch (op) {
      case OP.loop:
        region = ++depth;
        openRegion(depth, row + 1, 0);
        break;
      case OP.block:
      case OP.if:
        depth++;
        isLoop[depth] = 0;
        regionOf[depth] = region;
        arrived[depth] = UNREACHABLE;
        skipped[depth] = op === OP.if ? (spent[region] as number) : UNREACHABLE;
        break;
      case OP.else:
        arrived[depth] = Math.max(arrived[depth] as number, spent[region] as number);
        spent[region] = skipped[depth] as number;
        skipped[depth] = UNREACHABLE;
        break;
      case OP.end:
        if (isLoop[depth] === 1) region = closeRegion(depth, charges);
        else
          spent[region] = Math.max(
            spent[region] as number,
            arrived[depth] as number,
            skipped[depth] as number,
          );
        depth--;
        break;
      case OP.brIf:
        arrive(depth - (code.a[row] as number), region);
        break;
      case OP.br:
        arrive(depth - (code.a[row] as number), region);
        spent[region] = UNREACHABLE;
        break;
      case OP.brTable: {
        const first = code.a[row] as number;
        const last = first + (code.b[row] as number);
        for (let index = first; index <= last; index++)
          arrive(depth - (code.labels[index] as number), region);
        spent[region] = UNREACHABLE;
        break;
      }
      case OP.return:
      case OP.unreachable:
        spent[region] = UNREACHABLE;
        break;
    }
  }
}

function openRegion(depth: number, row: number, cost: number): void {
  isLoop[depth] = 1;
  regionOf[depth] = depth;
  chargeRow[depth] = row;
  spent[depth] = cost;
  peak[depth] = cost;
}

/** Returns the region around it, which goes on at the cost it had, unless the loop cannot be left at its end. */
function closeRegion(depth: number, charges: Float64Array): number {
  charges[chargeRow[depth] as number] = peak[depth] as number; // set when it was opened
  if (depth === 0) return 0;
  const around = regionOf[depth - 1] as number; // an open block
  if (spent[depth] === UNREACHABLE) spent[around] = UNREACHABLE;
  return around;
}

/**
 * A branch from the region under way to the end of a block, at the cost of the block's own region. One to a loop's header
 * starts anew there, and one that nothing comes to arrives nowhere.
 */
function arrive(depth: number, region: number): void {
  if (isLoop[depth] === 1 || spent[region] === UNREACHABLE) return;
  const cost = spent[regionOf[depth] as number] as number; // an open block of an open region
  if (cost > (arrived[depth] as number)) arrived[depth] = cost;
}

/** After these a segment ends: control may leave, or come from elsewhere. */
const ENDS_SEGMENT = new Uint8Array(costClassOf.length);
for (const op of [
  OP.loop,
  OP.if,
  OP.else,
  OP.end,
  OP.br,
  OP.brIf,
  OP.brTable,
  OP.return,
  OP.unreachable,
  OP.call,
  OP.callIndirect,
])
  ENDS_SEGMENT[op] = 1;

/** The rule `segment`: each straight run of instructions is charged at its first one. No runs are merged. */
function chargeSegments(
  charging: Charging,
  code: Code,
  body: Body,
  entry: number,
  charges: Float64Array,
): void {
  let first = body.first;
  let sum = entry;
  for (let row = body.first; row <= body.last; row++) {
    const op = code.opcode[row] as number; // in range
    sum += costOf(charging, code, row, op);
    if (ENDS_SEGMENT[op] === 1) {
      charges[first] = sum;
      first = row + 1;
      sum = 0;
    }
  }
}
