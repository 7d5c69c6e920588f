import { parseDuration, UsageError } from "../../core/mod.ts";
import type { ServerRequest } from "../../http/internal.ts";
import type { MailFaults, MailFaultSettings } from "../sink/faults.ts";

const MAX_BODY_BYTES = 65_536;

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
export async function readFaults({ body }: ServerRequest): Promise<MailFaultSettings> {
  const value = parseObject(await readText(body));
  for (const name of Object.keys(value)) {
    if (name !== "fail" && name !== "delay") throw invalid(`unknown field "${name}": accepted: fail, delay`);
  }
  const { fail = [], delay = 0 } = value;
  if (!Array.isArray(fail) || !fail.every((one): one is string => typeof one === "string")) {
    throw invalid("invalid fail: use a list of strings such as rcpt:451:bob@*");
  }
  if (typeof delay === "number") return { fail, delay };
  if (typeof delay !== "string") throw invalid("invalid delay: use a duration such as 2s, or milliseconds");
  return { fail, delay: delay === "0" || delay === "0s" ? 0 : parseDuration(delay) };
}

async function readText(body: ServerRequest["body"]): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let size = 0;
  let text = "";
  for await (const piece of body) {
    size += piece.length;
    if (size > MAX_BODY_BYTES) throw invalid(`the body is larger than ${MAX_BODY_BYTES} bytes`);
    text += decode(() => decoder.decode(piece, { stream: true }));
  }
  return text + decode(() => decoder.decode());
}

function decode(run: () => string): string {
  try {
    return run();
  } catch {
    throw invalid("the body is not UTF-8");
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid("the body is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid('invalid body: use an object such as {"fail": ["rcpt:451:bob@*"], "delay": "2s"}');
  }
  return { ...value };
}

function invalid(message: string): UsageError {
  return new UsageError(message, { code: "bad-body" });
}
