/** Messages by which the tenant's object says, across RPC, why it threw: an error's class does not cross, its message does. */

/** The key that a gate acts for was revoked meanwhile, or the tenant does not exist. */
export const UNAUTHORISED = "unauthorised";
/** A change would make the configuration larger than gates can be given. Nothing was changed. */
export const CONFIG_TOO_LARGE = "config_too_large";
/** The entry that would record it is larger than a bundle of entries can hold. Nothing was changed. */
export const ENTRY_TOO_LARGE = "entry_too_large";
/** The store in which a payload lies could not be reached. Nothing was changed. */
export const PAYLOAD_UNAVAILABLE = "payload_unavailable";
/** The payload is not in the store, or is not what was stored. Nothing was changed. */
export const PAYLOAD_LOST = "payload_lost";
