/** When two names mean one person (invariant I6). */

/**
 * The form in which people are compared: "Alice" and " alice " are one approver, and so are two
 * spellings that look alike only by their code points. The host's Unicode tables serve here, since this decides
 * who may approve and is recorded; no verdict depends on it.
 */
export function normaliseIdentity(identity: string): string {
  return (
    identity
      .normalize("NFKC")
      .replace(/[\p{Default_Ignorable_Code_Point}\p{Cc}]/gu, "")
      // Through upper case, since lower case alone leaves apart what is one name: "ß", "ẞ" and "SS", the two small sigmas.
      .toLowerCase()
      .toUpperCase()
      .toLowerCase()
      .normalize("NFKC")
      .replace(/\s+/gu, " ")
      .trim()
  );
}

/** Whether an action is the reviewer's own: submitted with a key of theirs, or on their behalf. */
export function isOwnAction(
  reviewer: string,
  parties: { readonly owner: string; readonly user: string | null },
): boolean {
  const self = normaliseIdentity(reviewer);
  return (
    self === normaliseIdentity(parties.owner) ||
    (parties.user !== null && self === normaliseIdentity(parties.user))
  );
}
