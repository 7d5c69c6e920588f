import { type Call, clientTls, credentialsOf, familyOf, proxyOf } from "../../../lib/cli/mod.ts";
import { formatDuration, showUntrusted, UsageError } from "../../../lib/core/mod.ts";
import {
  type MailSource,
  type MailSourceEvent,
  mailSourceName,
  type MailSourceProtocol,
  type MailSourceUrl,
  openMailSource,
  parseMailSourceUrl,
} from "../../../lib/mail/internal.ts";
import type { READ_RECORDS } from "../records.ts";
import type { readOptions } from "./options.ts";

type ReadCall = Call<typeof readOptions, typeof READ_RECORDS>;

/** Options that only some protocols have. */
const PROTOCOLS: Partial<Record<keyof typeof readOptions, readonly MailSourceProtocol[]>> = {
  "folder": ["imap"],
  "search": ["imap"],
  "idle": ["imap"],
  "mark-seen": ["imap"],
};

/**
 * Reads the URL of a call, with the folder of `--folder`.
 *
 * @throws {UsageError} When it is invalid, or the protocol lacks an option of the call.
 */
export function urlOf({ options, operands: [text = ""] }: Pick<ReadCall, "options" | "operands">): MailSourceUrl {
  const url = parseMailSourceUrl(text);
  for (const [name, protocols] of Object.entries(PROTOCOLS)) {
    const given = options[name as keyof typeof PROTOCOLS];
    if (given !== undefined && given !== false && !protocols.includes(url.protocol)) {
      throw new UsageError(`--${name} requires a URL of ${protocols.join(" or ")}, not of ${url.protocol}`);
    }
  }
  if (options.folder === undefined) return url;
  if (url.path !== "" && url.path !== options.folder) throw new UsageError("the URL has another folder than --folder");
  return { ...url, path: options.folder };
}

/** Opens the mailbox of a call; `name` is that for its state. */
export async function openSource(
  { options, output, signal, trace }: ReadCall,
  url: MailSourceUrl,
): Promise<{ readonly source: MailSource; readonly name: string }> {
  if (url.implicitTls && options.tls !== undefined && options.tls !== "implicit") {
    throw new UsageError(`the scheme of the URL requires implicit TLS, not ${options.tls}`);
  }
  const tls = options.tls ?? (url.implicitTls ? "implicit" : "starttls");
  const named = url.user === undefined ? undefined : [url.user, url.password].filter((part) => part !== undefined);
  const who = await credentialsOf({ ...options, user: options.user ?? named?.join(":") });
  const trust = await clientTls({ ...options, tls: tls !== "none" }, output, "omit --tls none");
  const source = await openMailSource(url, {
    ...{ tls, trust, signal, trace, proxy: proxyOf(options, url.address), family: familyOf(options) },
    timeout: options.timeout,
    connectTimeout: options["connect-timeout"],
    auth: who && { user: who.user, secret: who.password, withoutTls: options["auth-without-tls"] },
    writable: options.delete || options["mark-seen"],
    reconnect: options.idle ? { notify: (event) => output.note(noteOf(event)) } : undefined,
  });
  // Messages that another search finds are not known by this one.
  const search = options.search === undefined ? "" : `?${encodeURIComponent(options.search)}`;
  return { source, name: `${mailSourceName(url, who?.user)}${search}` };
}

function noteOf(event: MailSourceEvent): string {
  if (event.kind === "reconnected") return "connected again";
  return showUntrusted(`${event.error.message}; the next attempt follows in about ${formatDuration(event.wait)}`);
}
