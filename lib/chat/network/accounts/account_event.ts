import type { Account } from "../../account/account.ts";
import type { NetworkEvent } from "../codec/event.ts";

/** Returns the event that says whether an account exists. */
export function eventOf({ key, name, deleted }: Account): NetworkEvent {
  return deleted === undefined ? { kind: "account", key, name } : { kind: "account-deleted", key };
}
