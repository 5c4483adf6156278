import { MISSING, refuse, Settings, Value } from "../sdk/index";
import { HUNDREDTHS_MAX } from "./number";

/** A member that is an object; MISSING where it is absent. */
export function objectOf(settings: Settings, name: string): Value {
  const member = settings.value.get(name);
  if (!member.exists) return MISSING;
  member.seen = true;
  if (!member.isObject) refuse(settings.where + name + " must be an object");
  return member.isObject ? member : MISSING;
}

/** A number that is not negative and has at most two decimals, in hundredths. */
export function hundredthsOf(settings: Settings, name: string, otherwise: i64): i64 {
  const number = settings.number(name);
  if (!number.exists) return otherwise;
  const value = hundredths(number);
  if (value < 0) refuse(settings.where + name + " must be 0 or more, with at most two decimals");
  return value;
}

/** -1: not such a number. */
export function hundredths(number: Value): i64 {
  let value: i64 = 0;
  let places = -1;
  for (let at = number.start; at < number.end; at++) {
    const byte = <u32>load<u8>(at);
    if (byte == 0x2e) {
      places = 0;
      continue;
    }
    const digit = byte - 0x30;
    if (digit > 9 || places == 2 || value > HUNDREDTHS_MAX) return -1;
    value = value * 10 + digit;
    if (places >= 0) places++;
  }
  for (let place = max(places, 0); place < 2; place++) value *= 10;
  return min(value, HUNDREDTHS_MAX);
}
