import { UsageError } from "../../core/errors/errors.ts";

/** Events of which a sender can be notified (RFC 3461 §4.1). */
export const NOTIFY_EVENTS = ["success", "failure", "delay"] as const;

/** Delivery status notifications that the sender asks for (RFC 3461). */
export interface DsnRequest {
  /**
   * Events to be notified of; an empty list for none at all.
   *
   * @default {the server decides: usually failures}
   */
  readonly notify?: readonly (typeof NOTIFY_EVENTS)[number][];
  /**
   * Part of the message that a notification of a failure returns.
   *
   * @default {the server decides}
   */
  readonly returns?: "full" | "headers";
  /**
   * Identifier of the envelope, which notifications repeat: up to 100 printable characters of ASCII.
   *
   * @default {none}
   */
  readonly envelopeId?: string;
}

/** Length of an identifier (RFC 3461 §4.4). */
const MAX_ID_LENGTH = 100;

/**
 * Returns the parameters of MAIL for a request.
 *
 * @throws {UsageError} `invalid-envelope-id`.
 */
export function dsnOfMail({ returns, envelopeId }: DsnRequest): string[] {
  if (envelopeId !== undefined && !new RegExp(`^[\\x20-\\x7e]{1,${MAX_ID_LENGTH}}$`).test(envelopeId)) {
    throw new UsageError(
      `invalid envelope id "${envelopeId.slice(0, 60)}": use up to ${MAX_ID_LENGTH} printable characters of ASCII`,
      {
        code: "invalid-envelope-id",
      },
    );
  }
  return [
    ...(returns === undefined ? [] : [`RET=${returns === "full" ? "FULL" : "HDRS"}`]),
    ...(envelopeId === undefined ? [] : [`ENVID=${xtext(envelopeId)}`]),
  ];
}

/** Returns the parameters of RCPT for a request. */
export function dsnOfRecipient({ notify }: DsnRequest, address: string): string[] {
  if (notify === undefined) return [];
  const events = notify.length === 0 ? "NEVER" : [...new Set(notify)].map((event) => event.toUpperCase()).join(",");
  // An address outside ASCII has no form that all servers know (RFC 6533 §3).
  const original = /^[\x20-\x7e]+$/.test(address) ? [`ORCPT=rfc822;${xtext(address)}`] : [];
  return [`NOTIFY=${events}`, ...original];
}

/** Values of the parameters of MAIL (RFC 3461 §4.3, §4.4), by their names. */
export const MAIL_PARAMETERS: ReadonlyMap<string, RegExp> = new Map([
  ["RET", /^(?:FULL|HDRS)$/i],
  ["ENVID", /^(?:[!-*,-<>-~]|\+[\dA-F]{2}){1,100}$/],
]);

/** Values of the parameters of RCPT (RFC 3461 §4.1, §4.2), by their names. */
export const RCPT_PARAMETERS: ReadonlyMap<string, RegExp> = new Map([
  ["NOTIFY", /^(?:NEVER|(?:SUCCESS|FAILURE|DELAY)(?:,(?:SUCCESS|FAILURE|DELAY)){0,2})$/i],
  ["ORCPT", /^[\w.-]{1,40};(?:[!-*,-<>-~]|\+[\dA-F]{2}){1,500}$/],
]);

/** Encodes printable ASCII as a value of a parameter (RFC 3461 §4). */
function xtext(text: string): string {
  return text.replace(/[^!-*,-<>-~]/g, (char) => `+${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}
