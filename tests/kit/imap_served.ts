import { memoryStore } from "../../lib/mail/store/memory/memory_store.ts";
import type { ImapServerOptions } from "../../lib/mail/imap/server/types.ts";
import { serveImap } from "../../lib/mail/imap/server/serve_imap.ts";
import type { MailAccount, MailStore } from "../../lib/mail/store/types.ts";

/** An IMAP server over an account in memory; the user `ada` has the password `secret`. */
export interface ServedImap extends AsyncDisposable {
  /** Its port. */
  readonly port: number;
  /** The account. */
  readonly account: MailAccount;
  /** Failures that it has reported. */
  readonly faults: unknown[];
}

const bytesOf = (text: string) => Uint8Array.from(text.replace(/(?<!\r)\n/g, "\r\n"), (char) => char.charCodeAt(0));

/** Serves an account whose inbox has these messages; LF stands for CR LF, a character for a byte. */
export async function servedImap(
  messages: readonly string[] = [],
  { store = memoryStore(), ...options }: Partial<ImapServerOptions> & { readonly store?: MailStore } = {},
): Promise<ServedImap> {
  const account = store.account();
  for (const message of messages) await account.inbox.append([bytesOf(message)]);
  const faults: unknown[] = [];
  const server = serveImap("127.0.0.1:0", {
    login: (user, password) => user === "ada" && password === "secret" ? account : undefined,
    onFault: ({ error }) => faults.push(error),
    ...options,
  });
  return {
    port: server.port,
    account,
    faults,
    [Symbol.asyncDispose]: async () => {
      await server.shutdown();
      await store[Symbol.asyncDispose]();
    },
  };
}
