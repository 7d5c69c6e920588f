import { type Fields, reasonOf, type ServerResponse } from "../../http/mod.ts";

/** Fields of every response: browsers must not guess the type. */
export const ALWAYS = { "X-Content-Type-Options": "nosniff" } as const;

/** Whether a client shows pages, as browsers do: programs that look for links or files do not ask for HTML. */
export function showsPages(headers: Fields): boolean {
  return /\btext\/html\b/i.test(headers.get("accept") ?? "");
}

/** A refusal in one line of text; the rest of the headers where it needs some. */
export function refuse(status: number, why: string, headers: Record<string, string> = {}): ServerResponse {
  return {
    status,
    headers: { ...ALWAYS, "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", ...headers },
    body: `${status} ${reasonOf(status)}: ${why}\n`,
  };
}

/** A value as JSON that is never stored on the way. */
export function json(value: unknown, status = 200): ServerResponse {
  return {
    status,
    headers: { ...ALWAYS, "Content-Type": "application/json", "Cache-Control": "no-store" },
    body: `${JSON.stringify(value)}\n`,
  };
}

/** Why a request cannot be done, with the status that says so to the client. */
export class Refusal extends Error {
  /** The name of the class. */
  override readonly name: string = "Refusal";
  /** Status of the response. */
  readonly status: number;

  /** Creates a refusal; the message is sent to the client. */
  constructor(status: number, why: string) {
    super(why);
    this.status = status;
  }
}
