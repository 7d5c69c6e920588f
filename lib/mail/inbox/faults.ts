import { parseDuration } from "../../core/mod.ts";
import type { ServerRequest } from "../../http/internal.ts";
import type { MailFaults, MailFaultSettings } from "../sink/faults.ts";
import { invalidBody, readObject } from "./request_body.ts";

/** Returns what GET /api/faults answers. */
export function faultsRecord({ fail, delay }: MailFaults): Required<MailFaultSettings> {
  return { fail, delay };
}

/**
 * Reads the body of PUT /api/faults: `{"fail": ["rcpt:451:bob@*"], "delay": "2s"}`, both optional; the delay is a duration or
 * milliseconds.
 *
 * @throws {UsageError} `bad-body`: names the field and what is accepted.
 */
export async function readFaults(request: ServerRequest): Promise<MailFaultSettings> {
  const value = await readObject(request, '{"fail": ["rcpt:451:bob@*"], "delay": "2s"}');
  for (const name of Object.keys(value)) {
    if (name !== "fail" && name !== "delay") throw invalidBody(`unknown field "${name}": accepted: fail, delay`);
  }
  const { fail = [], delay = 0 } = value;
  if (!Array.isArray(fail) || !fail.every((one): one is string => typeof one === "string")) {
    throw invalidBody("invalid fail: use a list of strings such as rcpt:451:bob@*");
  }
  if (typeof delay === "number") return { fail, delay };
  if (typeof delay !== "string") throw invalidBody("invalid delay: use a duration such as 2s, or milliseconds");
  return { fail, delay: delay === "0" || delay === "0s" ? 0 : parseDuration(delay) };
}
