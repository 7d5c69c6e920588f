import { showUntrusted, UsageError } from "../../core/mod.ts";
import type { ChatClientOptions } from "./options.ts";

const NICK = /^[^\s\0,:!@#&*?+%~.][^\s\0,:!@*?.]*$/;
const CHANNEL = /^[#&+!][^\s\0,]+(?: [^\s\0,]+)?$/;
const BREAKS = /[\r\n\0]/;

/**
 * Rejects options that cannot be written into a message, before anything is sent.
 *
 * @throws {UsageError} `invalid-nick`, `invalid-channel`, `invalid-password`.
 */
export function checkOptions({ nick, channels = [], password = "", account = "" }: ChatClientOptions): void {
  if (!NICK.test(nick)) throw invalid(nick, "nick");
  for (const channel of channels) if (!CHANNEL.test(channel)) throw invalid(channel, "channel");
  // The secret is not shown, even when it is invalid.
  if (BREAKS.test(password) || BREAKS.test(account)) {
    throw new UsageError("invalid password or account: line breaks and NUL are not allowed", {
      code: "invalid-password",
    });
  }
}

const ACCEPTED: Readonly<Record<"nick" | "channel", string>> = {
  nick: "must not contain spaces or any of , : ! @ * ? . nor begin with # & + % ~",
  channel: "must be #NAME, optionally followed by a space and the key",
};

function invalid(text: string, what: "nick" | "channel"): UsageError {
  const name = what === "nick" ? "nickname" : what;
  return new UsageError(`invalid ${name} "${showUntrusted(text, { limit: 60 })}": ${ACCEPTED[what]}`, {
    code: `invalid-${what}`,
  });
}
