import { FORM } from "./parcel.ts";

/** What clients may ask for (IRCv3 capability negotiation). */
export const CAPABILITIES = [
  "away-notify",
  "batch",
  "cap-notify",
  "draft/chathistory",
  "echo-message",
  "labeled-response",
  "message-tags",
  "multi-prefix",
  "server-time",
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
export function formOf(capabilities: ReadonlySet<Capability>): number {
  return (capabilities.has("server-time") ? FORM.time : 0) | (capabilities.has("message-tags") ? FORM.tags : 0);
}
