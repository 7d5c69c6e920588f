import type { ServerResponse } from "../../http/mod.ts";

/** Content security policy of the inbox page: its own script and style, requests to its server, and frames from it. */
const PAGE_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; " +
  "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Content security policy of all other responses: nothing is permitted. */
const NOTHING_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'";

const COMMON = {
  "Cache-Control": "no-store",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-DNS-Prefetch-Control": "off",
};

/** A part of the page. */
export function pageAnswer(type: string, body: string): ServerResponse {
  return answer(200, type, body, PAGE_POLICY);
}

/** A value as JSON. */
export function jsonAnswer(value: object, status = 200): ServerResponse {
  return answer(status, "application/json", JSON.stringify(value), NOTHING_POLICY);
}

/** A refusal, as JSON. */
export function errorAnswer(
  status: number,
  code: string,
  message: string,
  headers?: Record<string, string>,
): ServerResponse {
  return answer(status, "application/json", JSON.stringify({ error: { code, message } }), undefined, headers);
}

/** Something of a message, under a policy, with further fields. */
export function answer(
  status: number,
  type: string,
  body: string | Uint8Array,
  policy = NOTHING_POLICY,
  headers: Record<string, string> = {},
): ServerResponse {
  return { status, headers: { ...COMMON, "Content-Security-Policy": policy, "Content-Type": type, ...headers }, body };
}
