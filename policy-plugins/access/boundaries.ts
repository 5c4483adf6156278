import { equalsFolded, finding, Input, MISSING, Value } from "../sdk/index";
import { Domains } from "./domains";
import { matchesAny } from "./patterns";
import { at, domainsOf, readAddresses } from "./recipients";
import { kept } from "./state";

// What may not leave where it belongs: folders, and classes of data by their labels.

export function configureBoundaries(): void {
  let count = 0;
  for (let entry = kept.dataClasses.first; entry.exists; entry = entry.next) count++;
  kept.classDomains = new StaticArray<Domains | null>(count);
  for (let entry = kept.dataClasses.first; entry.exists; entry = entry.next) kept.classDomains[entry.index] = domainsOf(entry.get("domains"));
}

export function checkBoundaries(input: Input): void {
  const resource = input.action.resource;
  const other = resource.get("folder");
  const isCrossed = resource.exists && (other.exists ? !other.equals(kept.folder) : !resource.isObject);
  let isTold = kept.isFolderIsolated && isCrossed;
  if (isTold) finding("FOLDER_CROSSED").at(other.exists ? other : resource);
  for (let entry = kept.dataClasses.first; entry.exists; entry = entry.next) {
    const label = labelOf(input, entry.get("label"));
    if (!label.exists) continue;
    if (isCrossed && !isTold && !isFalse(entry.get("same_folder"))) {
      isTold = true;
      finding("FOLDER_CROSSED").at(other.exists ? other : resource);
    }
    checkClass(input, entry, label);
  }
}

function isFalse(value: Value): bool {
  return value.exists && !value.isTrue;
}

/** Where the action says that it holds data of a class; MISSING: nowhere. Labels that cannot be read are every one. */
function labelOf(input: Input, name: Value): Value {
  const dataClass = input.action.resource.get("data_class");
  if (equalsFolded(dataClass, name)) return dataClass;
  const labels = input.context.labels;
  if (labels.exists && !labels.isArray) return labels;
  for (let label = labels.first; label.exists; label = label.next) {
    if (!label.isString || equalsFolded(label, name)) return label;
  }
  return MISSING;
}

function checkClass(input: Input, entry: Value, label: Value): void {
  const action = input.action;
  const isOutside = isOut(entry.get("surfaces"), action.surface) || isOut(entry.get("folders"), kept.folder) ||
    (action.target.exists && isOut(entry.get("targets"), action.target)) ||
    (action.tool.exists && isOut(entry.get("tools"), action.tool));
  if (isOutside) finding("DATA_CLASS_BOUNDARY").at(label).item(entry.index);
  const cleared = kept.classDomains[entry.index];
  if (!cleared) return;
  const addresses = readAddresses(input);
  for (let i = 0; i < addresses.length; i++) {
    const address = unchecked(addresses[i]);
    const domain = address.domain;
    if (domain && cleared.has(domain)) continue;
    const one = finding("DATA_CLASS_BOUNDARY").item(entry.index);
    at(one, address);
  }
}

function isOut(patterns: Value, name: Value): bool {
  return patterns.exists && !matchesAny(patterns, name);
}
