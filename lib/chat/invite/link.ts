import { UsageError } from "../../core/errors/errors.ts";

/** Content of a link that invites to a chat. */
export interface InvitationLink {
  /** Scheme: of the page, or of IRC. */
  readonly scheme: "http" | "https" | "irc" | "ircs";
  /** Host and port, as in a URL: `chat.example:8067`. */
  readonly authority: string;
  /** Token, which is the password of the server. */
  readonly token: string;
  /** Pin of the server's certificate, for clients that can compare it. */
  readonly pin?: string;
}

const SCHEMES = ["http", "https", "irc", "ircs"] as const;

/** Returns a link. The token is in the fragment, which no browser sends to a server: it is in no log and no Referer. */
export function writeInvitationLink({ scheme, authority, token, pin }: InvitationLink): string {
  const fragment = new URLSearchParams({ invite: token, ...(pin === undefined ? {} : { pin }) });
  return `${scheme}://${authority}/#${fragment}`;
}

/**
 * Reads a link; undefined for any other text.
 *
 * @throws {UsageError} `invalid-invitation` for a link without a valid token.
 */
export function readInvitationLink(text: string): InvitationLink | undefined {
  const scheme = SCHEMES.find((name) => text.toLowerCase().startsWith(`${name}://`));
  if (scheme === undefined) return undefined;
  const [, authority = "", fragment = ""] = /^\w+:\/\/([^/?#@\\\s]+)\/?#(\S*)$/.exec(text) ?? [];
  const fields = new URLSearchParams(fragment);
  const token = fields.get("invite") ?? "";
  if (authority === "" || !/^[\w-]{1,100}$/.test(token)) {
    throw new UsageError("invalid link: must be an invitation, such as https://chat.example/#invite=TOKEN", {
      code: "invalid-invitation",
    });
  }
  const pin = fields.get("pin") ?? undefined;
  return { scheme, authority, token, pin };
}
