import { finding, Input, Redact, refuse, Settings, Text } from "../sdk/index";
import { cardEnd } from "./card";
import { hasSsnContext } from "./context-words";
import { findGroups, groupCount, groupEnd, groupStart } from "./digit-groups";
import { isBareSsn, isDelimitedSsn } from "./ssn";

let ssn = true;
let ssnUndelimited = true;
let creditCard = true;
let redact = Redact.None;

export function configure(settings: Settings): void {
  redact = settings.redact("redact");
  if (!settings.has("entities")) return;
  const entities = settings.texts("entities");
  ssn = ssnUndelimited = creditCard = false;
  if (!entities.isArray) return;
  // An empty list would switch the policy off without saying so.
  if (!entities.first.exists) refuse("entities must name a rule");
  for (let entity = entities.first; entity.exists; entity = entity.next) {
    if (entity.is("US_SSN")) ssn = true;
    else if (entity.is("US_SSN_UNDELIMITED")) ssnUndelimited = true;
    else if (entity.is("CREDIT_CARD")) creditCard = true;
    else refuse("entities must be of US_SSN, US_SSN_UNDELIMITED, CREDIT_CARD");
  }
}

export function evaluate(input: Input): void {
  const texts = input.texts();
  while (texts.next()) scan(texts.text);
}

function scan(text: Text): void {
  findGroups(text);
  // The digits of a fraction, or of a number written with an exponent, are not an identifier.
  if (text.isNumber && groupCount > 1) return;
  for (let group = 0; group < groupCount; group++) {
    const start = groupStart(group);
    if (ssn && group + 2 < groupCount && isDelimitedSsn(text, group)) {
      finding("US_SSN").span(text, start, groupEnd(group + 2)).redact(redact);
    } else if (ssnUndelimited && isBareSsn(text, group) && hasSsnContext(text, start, groupEnd(group))) {
      finding("US_SSN_UNDELIMITED").span(text, start, groupEnd(group)).redact(redact);
    }
    const last = creditCard ? cardEnd(text, group) : -1;
    if (last >= 0) {
      finding("CREDIT_CARD").span(text, start, groupEnd(last)).redact(redact);
      group = last;
    }
  }
}
