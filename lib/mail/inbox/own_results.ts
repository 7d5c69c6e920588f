import { type AuthenticationResult, parseAuthenticationResults } from "../judge/codec/results_field.ts";
import type { MailField } from "../mime/fields.ts";

/**
 * Returns the results that a sink has put on top of a message: between its other fields, above the Received field of the sink. Those
 * further down are of the sender, whatever they say (RFC 8601 §5).
 */
export function ownResults(headers: readonly MailField[]): readonly AuthenticationResult[] | undefined {
  if (headers[0]?.name !== "Return-Path") return undefined;
  const top = headers.findIndex(({ name }, i) => i > 0 && name !== "X-Envelope-To");
  const [results, received] = headers.slice(top, top + 2);
  if (top < 0 || results?.name !== "Authentication-Results") return undefined;
  if (received?.name !== "Received" || !/\sby toucan with /.test(received.value)) return undefined;
  return parseAuthenticationResults(results.value)?.results;
}
