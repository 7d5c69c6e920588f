import { type Output, qrCode } from "../../lib/cli/mod.ts";
import type { ChatServer } from "../../lib/chat/mod.ts";
import { ipVersion, isUnspecified } from "../../lib/core/mod.ts";
import type { SERVE_RECORDS } from "./records.ts";

/** Listener that an invitation leads to. */
export interface InvitedTo {
  /** Scheme of its URL. */
  readonly scheme: "http" | "https" | "irc" | "ircs";
  /** Port. */
  readonly port: number;
}

/** Options for an invitation that a server prints. */
export interface InvitationOptions {
  /** Milliseconds for which it is valid. */
  readonly valid: number;
  /** Whether it admits one client. */
  readonly once: boolean;
  /** Host that the server listens on. */
  readonly host: string;
  /** Host names that requests may be for. */
  readonly names: readonly string[];
  /** Pin of the certificate, where the server made it. */
  readonly pin?: string;
}

/** Creates an invitation, and prints a link for each listener. */
export async function reportInvitation(
  output: Output<typeof SERVE_RECORDS>,
  chat: ChatServer,
  listeners: readonly InvitedTo[],
  { valid, once, host, names, pin }: InvitationOptions,
): Promise<void> {
  const { writeInvitationLink } = await import("../../lib/chat/internal.ts");
  const expires = Date.now() + valid;
  const token = chat.invite({ expires, once });
  const [name] = names.filter((name) => !/^[.*]/.test(name));
  const bound = isUnspecified(host) ? "localhost" : ipVersion(host) === 6 ? `[${host}]` : host;
  const links = listeners.map(({ scheme, port }) => {
    const authority = name === undefined ? `${bound}:${port}` : /:\d+$/.test(name) ? name : `${name}:${port}`;
    const known = scheme === "https" || scheme === "ircs" ? pin : undefined;
    return writeInvitationLink({ scheme, authority, token, pin: known });
  });
  if (output.json) return output.record({ event: "invitation", links, expires, once });
  for (const link of links) output.note(`invite with: ${link}`);
  await showCode(output, links[0] ?? "");
  if (name === undefined && isUnspecified(host)) {
    output.note("hint: replace localhost by a name of this machine, or use --allow-host NAME");
  }
}

/** Prints a link as a QR code for phones, where a person sees it. */
async function showCode(output: Output<typeof SERVE_RECORDS>, link: string): Promise<void> {
  if (!Deno.stderr.isTerminal() || !/^https?:/.test(link)) return;
  for (const line of await qrCode(link, Deno.consoleSize().columns) ?? []) output.note(line);
}
