import type { Account, AccountBan } from "../../account/account.ts";
import { isCount, isRecord, isText } from "./values.ts";

const MAX_CERTIFICATES = 100;

/** Returns a value as an account; undefined for anything else. */
export function readAccount(value: unknown): Account | undefined {
  if (!isRecord(value)) return undefined;
  const { key, name, skeleton, created, password, scram, certificates, ban: given } = value;
  if (!isText(key) || !isText(name) || !isText(skeleton) || !isCount(created)) return undefined;
  if ((password !== undefined && !isText(password)) || (scram !== undefined && !isText(scram))) return undefined;
  if (!Array.isArray(certificates) || certificates.length > MAX_CERTIFICATES) return undefined;
  const ban = readBan(given);
  if (ban === "malformed" || !certificates.every((item) => isText(item))) return undefined;
  return { key, name, skeleton, created, password, scram, certificates, ban };
}

function readBan(value: unknown): AccountBan | undefined | "malformed" {
  if (value === undefined) return undefined;
  if (!isRecord(value)) return "malformed";
  const { since, until, reason } = value;
  if (!isCount(since) || (until !== undefined && !isCount(until))) return "malformed";
  return reason === undefined || isText(reason) ? { since, until, reason } : "malformed";
}
