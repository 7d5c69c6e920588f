import type { LineChannel } from "../../../core/mod.ts";
import { ImapSession } from "../../../mail/internal.ts";
import type { Dialect, LineOffer } from "../lines/dialect.ts";

/** IMAP (RFC 3501, RFC 9051). */
export function imapDialect(): Dialect {
  let session: ImapSession | undefined;
  const on = (channel: LineChannel) => session?.channel === channel ? session : session = new ImapSession(channel);
  return {
    protocol: "IMAP",
    greets: true,
    async greeting(channel) {
      const { status, text } = await on(channel).greeting();
      return { ok: status !== "BYE", text: `* ${status} ${text}`.trimEnd() };
    },
    hello: (channel) => offerOf(on(channel)),
    async startTls(channel) {
      const { status, text } = await on(channel).run(["STARTTLS"]);
      return { ok: status === "OK", text: `${status} ${text}`.trimEnd() };
    },
    quit: "z LOGOUT",
  };
}

async function offerOf(session: ImapSession): Promise<LineOffer> {
  if (!session.capabilitiesKnown) await session.run(["CAPABILITY"]);
  const words = [...session.capabilities];
  const plain = ["PLAIN", "LOGIN"].filter((name) => words.includes(`AUTH=${name}`));
  return {
    startTls: words.includes("STARTTLS"),
    passwords: words.includes("LOGINDISABLED") ? plain : [...new Set(["LOGIN", ...plain])],
    words,
  };
}
