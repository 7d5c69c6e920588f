import { showUntrusted, UsageError } from "../../core/mod.ts";
import type { ChatClientOptions } from "./options.ts";

const NICK = /^[^\s\0,:!@#&*?+%~.][^\s\0,:!@*?.]*$/;
const CHANNEL = /^[#&+!][^\s\0,]+(?: [^\s\0,]+)?$/;
const BREAKS = /[\r\n\0]/;

/**
 * Refuses what cannot stand in a message, before anything is sent.
 *
 * @throws {UsageError} `invalid-nick`, `invalid-channel`, `invalid-password`.
 */
export function checkOptions({ nick, channels = [], password = "", account = "" }: ChatClientOptions): void {
  if (!NICK.test(nick)) throw invalid(nick, "nick");
  for (const channel of channels) if (!CHANNEL.test(channel)) throw invalid(channel, "channel");
  // A secret is not shown, however wrong it is.
  if (BREAKS.test(password) || BREAKS.test(account)) {
    throw new UsageError("a password or account cannot have a line end or a NUL", { code: "invalid-password" });
  }
}

function invalid(text: string, what: string): UsageError {
  const hint = what === "channel" ? "a channel is #NAME, perhaps with its key: '#den word'" : undefined;
  return new UsageError(`"${showUntrusted(text, { limit: 60 })}" cannot be a ${what}`, {
    code: `invalid-${what}`,
    hint,
  });
}
