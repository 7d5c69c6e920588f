import { askPop3, readPop3Capabilities, readPop3Reply } from "../../../mail/internal.ts";
import { type Dialect, passwordMechanisms } from "../lines/dialect.ts";

/** POP3 (RFC 1939, RFC 2449). */
export const POP3_DIALECT: Dialect = {
  protocol: "POP3",
  greets: true,
  async greeting(channel) {
    const { kind, text } = await readPop3Reply(channel);
    return { ok: kind === "ok", text: `${kind === "ok" ? "+OK" : "-ERR"} ${text}`.trimEnd() };
  },
  async hello(channel) {
    const { stls, user, sasl, uidl, top } = await readPop3Capabilities(channel);
    return {
      startTls: stls,
      passwords: [...(user ? ["USER"] : []), ...passwordMechanisms(sasl)],
      words: [...(uidl ? ["UIDL"] : []), ...(top ? ["TOP"] : [])],
    };
  },
  async startTls(channel) {
    const { kind, text } = await askPop3(channel, "STLS");
    return { ok: kind === "ok", text: `${kind === "ok" ? "+OK" : "-ERR"} ${text}`.trimEnd() };
  },
  quit: "QUIT",
};
