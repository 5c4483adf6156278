// All that a policy needs. See README.md beside this file.

export { Action, Context, Input, Principal } from "./input";
export { compareNumbers } from "./decimal";
export { Finding, finding, isFull, reportSpan } from "./finding";
export { equalsFolded } from "./fold";
export { isPointer } from "./pointer";
export { Redact } from "./redact";
export { refuse, Settings } from "./settings";
export { Field, FieldKind, NO_SEGMENT, Origin, RawSegment, Reading, reading, Segment } from "./reading";
export { Text, Texts } from "./texts";
export { Kind, MISSING, Value } from "./value";
