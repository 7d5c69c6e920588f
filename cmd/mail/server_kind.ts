import { kind } from "../../lib/cli/mod.ts";
import { parseMailServer, parseNewsServer } from "../../lib/mail/internal.ts";

const parsed = kind.parsed("HOST[:PORT]", "a host with or without a port, or smtp://HOST[:PORT]", (text) => {
  // The port is another one with implicit TLS.
  const { address, user } = parseMailServer(text);
  return { text, user, ...(address.transport === "unix" && { path: address.path }) };
});

const either = kind.parsed(
  "HOST[:PORT]",
  "a host with or without a port, smtp://HOST[:PORT] or nntp://HOST[:PORT]",
  (text) => {
    if (!/^nntps?:/i.test(text)) return parsed.parse(text);
    return { text, user: parseNewsServer(text).user };
  },
);

/** A mail server to send to, or a news server. */
export const mailOrNewsServerKind = { ...either, complete: kind.UNIX };

/** A mail server to send to. */
export const serverKind = { ...parsed, complete: kind.UNIX };
