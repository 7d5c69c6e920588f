import type { LineChannel } from "../../../core/mod.ts";
import { parseIrcMessage } from "../../../chat/mod.ts";
import { type Dialect, type LineReply, NO_OFFER } from "../lines/dialect.ts";

/** Numerics that reject a registration: erroneous nickname, password wrong or required, banned. */
const REJECTIONS = ["432", "433", "437", "451", "463", "464", "465", "466"];
/** Lines that are read until the server has decided. */
const MAX_LINES = 200;

/** IRC (modern IRC): registers with a random nickname, joins nothing, and leaves. */
export const IRC_DIALECT: Dialect = {
  protocol: "IRC",
  // Many say nothing before the registration.
  greets: false,
  greeting: register,
  hello: () => Promise.resolve(NO_OFFER),
  quit: "QUIT :check",
};

async function register(channel: LineChannel): Promise<LineReply> {
  const nick = `t${crypto.getRandomValues(new Uint8Array(4)).toHex()}`;
  await channel.send(`NICK ${nick}`);
  await channel.send("USER toucan 0 * :toucan check", { together: true });
  for (let lines = 0; lines < MAX_LINES; lines++) {
    const line = await channel.line();
    const message = parseIrcMessage(line);
    if (typeof message === "string") throw channel.fault("irc-invalid-line", "sent a line that is not IRC");
    const { command, params } = message;
    const text = [command, params.at(-1) ?? ""].join(" ").trimEnd();
    if (command === "001") return { ok: true, text: params.at(-1) ?? "" };
    if (command === "ERROR" || REJECTIONS.includes(command)) return { ok: false, text };
    if (command === "PING") await channel.send(`PONG :${params.at(-1) ?? ""}`, { together: true });
    channel.progress();
  }
  throw channel.fault("irc-no-welcome", `did not decide on the registration within ${MAX_LINES} lines`);
}
