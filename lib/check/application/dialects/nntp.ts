import { askNntp, readNntpCapabilities, readNntpReply } from "../../../mail/internal.ts";
import { type Dialect, passwordMechanisms } from "../lines/dialect.ts";

/** Greetings: posting permitted, or not (RFC 3977 §5.1). */
const MAY_POST = 200;
const MAY_READ = 201;

/** NNTP (RFC 3977). */
export function nntpDialect(): Dialect {
  let posting: boolean | undefined;
  return {
    protocol: "NNTP",
    greets: true,
    async greeting(channel) {
      const { code, text } = await readNntpReply(channel);
      posting = code === MAY_POST;
      return { ok: code === MAY_POST || code === MAY_READ, text: `${code} ${text}`.trimEnd() };
    },
    async hello(channel) {
      const { startTls, user, sasl, reader } = await readNntpCapabilities(channel);
      return {
        startTls,
        passwords: [...(user ? ["USER"] : []), ...passwordMechanisms(sasl)],
        words: reader ? ["READER"] : [],
      };
    },
    async startTls(channel) {
      const { code, text } = await askNntp(channel, "STARTTLS");
      return { ok: code === 382, text: `${code} ${text}`.trimEnd() };
    },
    more: () => Promise.resolve({ posting }),
    quit: "QUIT",
  };
}
