import { equalsFolded, finding, Finding, Input, MISSING, Value } from "../sdk/index";
import { Address, addAddresses } from "./addresses";
import { smallNumber } from "./arguments";
import { Domains } from "./domains";
import { matchesAny } from "./patterns";
import { Path } from "./pointers";
import { kept } from "./state";

// Whom a message goes to.

export function configureRecipients(): void {
  kept.ownDomains = domainsOf(kept.recipients.get("own_domains"));
  kept.allowedDomains = domainsOf(kept.recipients.get("allowed_domains"));
  kept.deniedDomains = domainsOf(kept.recipients.get("denied_domains"));
}

export function domainsOf(list: Value): Domains | null {
  return list.exists ? new Domains(list) : null;
}

/** The addresses of the action, once. */
export function readAddresses(input: Input): Array<Address> {
  const known = kept.addresses;
  if (known) return known;
  const made: Array<Address> = [];
  kept.addresses = made;
  addAll(input);
  return made;
}

function addAll(input: Input): void {
  const payload = input.action.payload;
  if (!kept.ownPointers.exists) {
    addAddresses(payload.get("to"));
    addAddresses(payload.get("cc"));
    addAddresses(payload.get("bcc"));
    return;
  }
  for (let pointer = kept.ownPointers.first; pointer.exists; pointer = pointer.next) {
    new Path(pointer).findAll(payload);
    for (let i = 0; i < kept.foundCount; i++) addAddresses(kept.found[i]);
  }
}

export function checkRecipients(input: Input): void {
  const surfaces = kept.recipients.get("surfaces");
  if (surfaces.exists && !matchesAny(surfaces, input.action.surface)) return;
  const addresses = readAddresses(input);
  const most = kept.recipients.get("max");
  if (most.exists && (addresses.length > smallNumber(most) || kept.isCut)) finding("RECIPIENTS_TOO_MANY");
  // What was not looked at may not go unseen.
  else if (kept.isCut) finding("RECIPIENT_UNREADABLE");
  const contact = kept.recipients.get("first_contact").isTrue;
  for (let i = 0; i < addresses.length; i++) {
    const address = unchecked(addresses[i]);
    checkDomain(address);
    if (contact && isFirstContact(input, address)) at(finding("RECIPIENT_FIRST_CONTACT"), address);
  }
}

function checkDomain(address: Address): void {
  const domain = address.domain;
  if (!domain) {
    at(finding("RECIPIENT_UNREADABLE"), address);
    return;
  }
  const own = kept.ownDomains;
  const allowed = kept.allowedDomains;
  const denied = kept.deniedDomains;
  if (denied && denied.has(domain)) {
    at(finding("RECIPIENT_DENIED"), address);
    return;
  }
  if ((own && own.has(domain)) || (allowed && allowed.has(domain))) return;
  if ((own && own.hasAlike(domain)) || (allowed && allowed.hasAlike(domain))) at(finding("RECIPIENT_LOOKS_ALIKE"), address);
  if (allowed) at(finding("RECIPIENT_NOT_ALLOWED"), address);
  else if (own) at(finding("RECIPIENT_EXTERNAL"), address);
}

export function at(one: Finding, address: Address): void {
  if (address.start < 0) one.at(address.text.value);
  else one.span(address.text, address.start, address.end);
}

/**
 * What the facts say: `known_recipients` of the gateway's own, which lists all others; or `first_contact` of either, true or a
 * list. One that cannot be read says yes. The caller's own list of known ones counts for nothing.
 */
function isFirstContact(input: Input, address: Address): bool {
  const known = input.facts.get("known_recipients");
  if (known.exists && !lists(known, address)) return true;
  return saysFirst(input.facts.get("first_contact"), address) || saysFirst(input.context.facts.get("first_contact"), address);
}

function saysFirst(fact: Value, address: Address): bool {
  if (!fact.exists || fact.isNull || (fact.isBool && !fact.isTrue)) return false;
  return !fact.isArray || lists(fact, address);
}

/** Whether a list has the address; it has every one where an element is no text. */
function lists(list: Value, address: Address): bool {
  if (address.start < 0) return false;
  for (let item = list.isArray ? list.first : MISSING; item.exists; item = item.next) {
    if (isWithin(item, address)) return true;
  }
  return false;
}

/** Whether a known address is the one, bare or in brackets after a name. */
function isWithin(known: Value, address: Address): bool {
  if (!known.isString) return false;
  if (equalsFolded(known, address.text.value)) return true;
  const size = <i32>(known.end - known.start);
  if (size == 0) return false;
  const start = address.end - size - (address.text.unit(address.end - 1) == 0x3e ? 1 : 0);
  if (start < address.start) return false;
  for (let i = 0; i < size; i++) {
    if (lower(address.text.unit(start + i)) != lower(<u16>load<u8>(known.start + i))) return false;
  }
  if (start == address.start) return true;
  const before = address.text.unit(start - 1);
  return before == 0x3c || before == 0x3a;
}

function lower(unit: u16): u16 {
  return unit - 0x41 < 26 ? unit | 0x20 : unit;
}
