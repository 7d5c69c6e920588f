import { readFact, readUsedInvitation } from "./fact.ts";
import { isCount, isRecord, isText, readJson } from "./values.ts";
import type { EventBatch, MemberIdentity, NetworkEvent } from "./event.ts";

/** Version of the format that this server writes; versions that differ by one are read, too. */
export const EVENT_VERSION = 1;
/** Limit of a message. */
export const MAX_BATCH_BYTES = 512 * 1024;
const MAX_LINE_CHARS = 8192;
const MAX_CAPABILITIES = 200;
/** Id of a server: no subject can be made of another form. */
const SERVER_ID = /^[0-9a-z]{8,32}$/;

/** Reason why a message is not a batch of events. */
export type BatchProblem =
  /** Not JSON of the expected form. */
  | "malformed"
  /** Longer than {@link MAX_BATCH_BYTES}. */
  | "too-long"
  /** Of a version that differs by more than one. */
  | { readonly version: number };

const encoder = new TextEncoder();

/** Returns whether text is the id of a server. */
export function isServerId(text: unknown): text is string {
  return typeof text === "string" && SERVER_ID.test(text);
}

/** Encodes a batch as JSON in UTF-8. */
export function encodeBatch({ version, server, first, time, events }: EventBatch): Uint8Array<ArrayBuffer> {
  return encoder.encode(JSON.stringify({ v: version, s: server, n: first, t: time, e: events }));
}

/**
 * Parses a batch. Unknown fields, and unknown kinds of events, are ignored: a server of the next version may write
 * them.
 */
export function parseBatch(bytes: Uint8Array): EventBatch | BatchProblem {
  if (bytes.length > MAX_BATCH_BYTES) return "too-long";
  const value = readJson(bytes);
  if (!isRecord(value)) return "malformed";
  const { v: version, s: server, n: first, t: time, e: items } = value;
  if (!isCount(version)) return "malformed";
  if (Math.abs(version - EVENT_VERSION) > 1) return { version };
  if (!isServerId(server) || !isCount(first) || !isCount(time) || !Array.isArray(items)) return "malformed";
  const events: NetworkEvent[] = [];
  for (const item of items) {
    const event = readEvent(item);
    if (event === "malformed") return "malformed";
    // An ignored event keeps its number.
    events.push(event);
  }
  return { version, server, first, time, events };
}

function readEvent(value: unknown): NetworkEvent | "malformed" {
  if (!isRecord(value) || typeof value.kind !== "string") return "malformed";
  const { kind, member, reason } = value;
  switch (kind) {
    case "hello":
      return isText(value.name) ? { kind, name: value.name } : "malformed";
    case "enter": {
      const identity = readIdentity(value.identity);
      const invitation = readUsedInvitation(value.invitation);
      // Without it the client would enter uninvited.
      if (value.invitation !== undefined && !invitation) return "malformed";
      return isCount(member) && identity ? { kind, member, identity, invitation } : "malformed";
    }
    case "line":
      return isCount(member) && isText(value.line, MAX_LINE_CHARS) ? { kind, member, line: value.line } : "malformed";
    case "operator":
      return isCount(member) ? { kind, member } : "malformed";
    case "login": {
      const { account } = value;
      return isCount(member) && isName(account) ? { kind, member, account } : "malformed";
    }
    case "account": {
      const { key, name } = value;
      return isName(key) && isName(name) ? { kind, key, name } : "malformed";
    }
    case "account-deleted":
      return isName(value.key) ? { kind, key: value.key } : "malformed";
    case "quit":
      return isCount(member) && isText(reason) ? { kind, member, reason } : "malformed";
    case "gone": {
      const { server, heard } = value;
      return isServerId(server) && isCount(heard) && isText(reason) ? { kind, server, heard, reason } : "malformed";
    }
    default:
      return readFact(value) ?? { kind: "unknown" };
  }
}

/** Returns a value as the identity of a client; undefined for anything else. */
export function readIdentity(value: unknown): MemberIdentity | undefined {
  if (!isRecord(value)) return undefined;
  const { nick, user, realname, host, secure, since, account, away, capabilities } = value;
  if (!isText(nick) || !isText(user) || !isText(realname) || !isText(host)) return undefined;
  if (typeof secure !== "boolean" || !isCount(since)) return undefined;
  if ((account !== undefined && !isText(account)) || (away !== undefined && !isText(away))) return undefined;
  if (!Array.isArray(capabilities) || capabilities.length > MAX_CAPABILITIES || !capabilities.every(isName)) {
    return undefined;
  }
  return { nick, user, realname, host, secure, since, account, away, capabilities };
}

function isName(value: unknown): value is string {
  return isText(value, 100);
}
