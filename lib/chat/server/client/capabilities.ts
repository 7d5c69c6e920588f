import { ENCODING } from "../send/encoded_message.ts";
import { MULTILINE_LIMITS } from "./multiline.ts";

/** Capabilities of the server (IRCv3 capability negotiation). Hosts do not change: `chghost` has no effect. */
export const CAPABILITIES = [
  "account-notify",
  "account-tag",
  "away-notify",
  "batch",
  "cap-notify",
  "chghost",
  "draft/account-registration",
  "draft/chathistory",
  "draft/event-playback",
  "draft/message-redaction",
  "draft/multiline",
  "draft/no-implicit-names",
  "draft/persistence",
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
  "sasl",
  "server-time",
  "setname",
  "soju.im/search",
  "standard-replies",
  "userhost-in-names",
] as const;

/** Name of a capability. */
export type Capability = typeof CAPABILITIES[number];

/** Returns whether the server has a capability. */
export function isCapability(name: string): name is Capability {
  return CAPABILITIES.some((known) => known === name);
}

/** Values of capabilities, for clients that use version 302 of the negotiation. */
export const CAPABILITY_VALUES: Readonly<Partial<Record<Capability, string>>> = {
  "draft/multiline": `max-bytes=${MULTILINE_LIMITS.bytes},max-lines=${MULTILINE_LIMITS.lines}`,
};

/** Returns the encoding of messages for a client with these capabilities. */
export function encodingOf(capabilities: ReadonlySet<Capability>): number {
  const several = capabilities.has("draft/multiline") && capabilities.has("batch");
  return (capabilities.has("server-time") ? ENCODING.time : 0) |
    (capabilities.has("message-tags") ? ENCODING.tags : 0) |
    (several ? ENCODING.multiline : 0) |
    (capabilities.has("account-tag") ? ENCODING.account : 0);
}
