import { Redact, refuse, Settings, Value } from "../sdk/index";
import { ALL, bit, E, nameOf, THRESHOLD } from "./entities";

export let enabled: u64 = 0;
/** Entities that count by less than their default: also without a word near. */
export let weakly: u64 = 0;
const thresholds: usize = memory.data(64);
const methods: usize = memory.data(64);

// @ts-ignore: decorator
@inline
export function isOn(entity: i32): bool {
  return (enabled & bit(entity)) != 0;
}

// @ts-ignore: decorator
@inline
export function thresholdOf(entity: i32): i32 {
  return <i32>load<u8>(thresholds + <usize>entity);
}

// @ts-ignore: decorator
@inline
export function redactOf(entity: i32): Redact {
  return <Redact>load<u8>(methods + <usize>entity);
}

export function readSettings(settings: Settings): void {
  enabled = settings.has("entities") ? readEntities(settings.texts("entities")) : ALL;
  memory.fill(thresholds, THRESHOLD, E.COUNT);
  readThresholds(settings);
  for (let entity = 0; entity < E.COUNT; entity++) if (thresholdOf(entity) < <i32>THRESHOLD) weakly |= bit(entity) & enabled;
  readRedact(settings);
}

/** A member that may be an object; the accessors of `Settings` know none. */
function memberOf(settings: Settings, name: string): Value {
  const member = settings.value.get(name);
  if (member.exists) member.seen = true;
  return member;
}

function readThresholds(settings: Settings): void {
  const given = memberOf(settings, "thresholds");
  if (!given.exists) return;
  const each = new Settings(given, "thresholds/");
  for (let entity = 0; entity < E.COUNT; entity++) {
    const value = each.number(nameOf(entity));
    if (value.exists) store<u8>(thresholds + <usize>entity, scoreIn(value));
  }
  each.end();
}

/** 0 to 100, without a sign, point or exponent. */
function scoreIn(value: Value): u8 {
  let score: u32 = 0;
  let fits = value.end - value.start <= 3;
  for (let at = value.start; fits && at < value.end; at++) {
    const digit = <u32>load<u8>(at) - 0x30;
    fits = digit < 10;
    score = score * 10 + digit;
  }
  if (!fits || score > 100) refuse("thresholds must be integers from 0 to 100");
  return <u8>score;
}

/** One method for all, or each entity's own. */
function readRedact(settings: Settings): void {
  const given = settings.value.get("redact");
  if (!given.isObject) {
    memory.fill(methods, <u8>settings.redact("redact"), E.COUNT);
    return;
  }
  given.seen = true;
  const each = new Settings(given, "redact/");
  for (let entity = 0; entity < E.COUNT; entity++) store<u8>(methods + <usize>entity, <u8>each.redact(nameOf(entity)));
  each.end();
}

function readEntities(list: Value): u64 {
  let mask: u64 = 0;
  // An empty list would switch the policy off without saying so.
  if (list.isArray && !list.first.exists) refuse("entities must name a rule");
  for (let item = list.first; item.exists; item = item.next) {
    const entity = entityOf(item);
    if (entity < 0) refuse("entities must be of the rules that README.md lists");
    else mask |= bit(entity);
  }
  return mask;
}

function entityOf(name: Value): i32 {
  for (let entity = 0; entity < E.COUNT; entity++) if (name.is(nameOf(entity))) return entity;
  return -1;
}
