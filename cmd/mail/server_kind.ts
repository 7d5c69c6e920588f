import { kind } from "../../lib/cli/mod.ts";
import { UsageError } from "../../lib/core/mod.ts";
import { parseMailServer, parseMailSourceUrl, parseNewsServer } from "../../lib/mail/internal.ts";
import { SERVER_SCHEME_HINTS, SOURCE_SCHEME_HINTS } from "./hints.ts";

const parsed = kind.parsed("HOST[:PORT]", "a host with or without a port, or smtp://HOST[:PORT]", (text) => {
  // The port is another one with implicit TLS.
  const { address, user } = hinted(text, SERVER_SCHEME_HINTS, parseMailServer);
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

/** A mailbox, folder or newsgroup to read. */
export const sourceUrlKind = kind.parsed(
  "URL",
  "a pop3, imap or nntp URL, with or without s",
  (text) => hinted(text, SOURCE_SCHEME_HINTS, parseMailSourceUrl),
);

/** Parses a URL; the error for an unsupported scheme has the hint of the scheme. */
function hinted<T>(text: string, hints: Readonly<Record<string, string>>, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    const scheme = /^[a-z]+/i.exec(text)?.[0].toLowerCase() ?? "";
    if (!(error instanceof UsageError) || error.code !== "unsupported-scheme" || !Object.hasOwn(hints, scheme)) {
      throw error;
    }
    throw new UsageError(error.message, { code: error.code, hint: hints[scheme], cause: error });
  }
}
