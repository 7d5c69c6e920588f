import { kind } from "../../lib/cli/mod.ts";
import { parseMailServer } from "../../lib/mail/internal.ts";

const parsed = kind.parsed("HOST[:PORT]", "a host with or without a port, or smtp://HOST[:PORT]", (text) => {
  // The port is another one with implicit TLS.
  const { address, user } = parseMailServer(text);
  return { text, user, ...(address.transport === "unix" && { path: address.path }) };
});

/** A mail server to send to. */
export const serverKind = { ...parsed, complete: kind.UNIX };
