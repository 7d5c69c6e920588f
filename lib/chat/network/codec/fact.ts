import type { SharedFact, UsedInvitation } from "../../server/shared_fact.ts";
import { isCount, isRecord, isText } from "./values.ts";

/** SHA-256 in hex. */
const DIGEST = /^[0-9a-f]{64}$/;
const MAX_NAME_CHARS = 100;
const MAX_MODERATION_CHARS = 4096;

/** Parses a fact; undefined for other kinds of events. */
export function readFact({ kind, ...value }: Readonly<Record<string, unknown>>): SharedFact | "malformed" | undefined {
  switch (kind) {
    case "moderation":
      return isText(value.text, MAX_MODERATION_CHARS) ? { kind, text: value.text } : "malformed";
    case "invitation": {
      const { hash, expires, once } = value;
      return isDigest(hash) && isCount(expires) ? { kind, hash, expires, once: once === true } : "malformed";
    }
    case "invitation-revoked":
      return isName(value.id) ? { kind, id: value.id } : "malformed";
    case "login-failed": {
      const { address, account } = value;
      if ((address !== undefined && !isName(address)) || (account !== undefined && !isName(account))) {
        return "malformed";
      }
      return { kind, address, account };
    }
    case "registered":
      return isName(value.address) ? { kind, address: value.address } : "malformed";
  }
}

/** Returns a value as the invitation by which a client enters; undefined for anything else. */
export function readUsedInvitation(value: unknown): UsedInvitation | undefined {
  if (!isRecord(value)) return undefined;
  const { hash, next } = value;
  return isDigest(hash) && isDigest(next) ? { hash, next } : undefined;
}

function isDigest(value: unknown): value is string {
  return typeof value === "string" && DIGEST.test(value);
}

function isName(value: unknown): value is string {
  return isText(value, MAX_NAME_CHARS);
}
