import { ENCODING } from "../send/encoded_message.ts";

/**
 * What clients may ask for (IRCv3 capability negotiation). There are no accounts, and hosts do not change: `account-tag`,
 * `account-notify` and `chghost` then add nothing, and `extended-join` has `*` in the place of an account.
 */
export const CAPABILITIES = [
  "account-notify",
  "account-tag",
  "away-notify",
  "batch",
  "cap-notify",
  "chghost",
  "draft/chathistory",
  "draft/message-redaction",
  "draft/no-implicit-names",
  "draft/pre-away",
  "draft/read-marker",
  "echo-message",
  "extended-join",
  "extended-monitor",
  "invite-notify",
  "labeled-response",
  "message-tags",
  "multi-prefix",
  "no-implicit-names",
  "server-time",
  "setname",
  "standard-replies",
  "userhost-in-names",
] as const;

/** The name of one of them. */
export type Capability = typeof CAPABILITIES[number];

/** Whether there is such a capability. */
export function isCapability(name: string): name is Capability {
  return CAPABILITIES.some((known) => known === name);
}

/** How messages look for somebody with these. */
export function encodingOf(capabilities: ReadonlySet<Capability>): number {
  return (capabilities.has("server-time") ? ENCODING.time : 0) | (capabilities.has("message-tags") ? ENCODING.tags : 0);
}
