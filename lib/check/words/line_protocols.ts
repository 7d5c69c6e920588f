import { kind } from "./finding.ts";

/** Findings about IMAP, FTP, NNTP and IRC. */
export const LINE_PROTOCOL_FINDINGS = {
  "imap-preauth": kind({
    layer: "application",
    mark: "warning",
    who: "the owner of the server",
    means: "the IMAP server has logged the client in before TLS",
    says: () => "the IMAP server has logged this client in by itself, without TLS: TLS cannot be started any more",
  }),
  "ftp-passive-address": kind<{ control: string; passive: string }>({
    layer: "application",
    mark: "warning",
    who: "the owner of the server",
    means: "the address for data connections is not that of the server: usually NAT that the server does not know of",
    says: ({ control, passive }) =>
      `the FTP server sends clients of ${control} to ${passive} for data: listings and transfers hang where that address cannot be reached`,
    evidence: () => ["usually a server behind NAT that does not know its public address"],
  }),
  "ftp-needs-tls": kind<{ text: string }>({
    layer: "application",
    mark: "note",
    means: "the FTP server only permits logins with TLS",
    says: () => "the FTP server permits logins only after TLS was started",
    evidence: ({ text }) => [text],
  }),
  "ftp-anonymous": kind({
    layer: "application",
    mark: "note",
    means: "the FTP server permits anonymous access",
    says: () => "the FTP server lets anonymous users in",
  }),
  "nntp-read-only": kind({
    layer: "application",
    mark: "note",
    means: "the news server does not permit posting without a login",
    says: () => "the news server does not permit posting without a login",
  }),
  "irc-password-required": kind<{ text: string }>({
    layer: "application",
    mark: "fault",
    who: "you",
    means: "the IRC server requires a password",
    says: () => "the IRC server requires a password: ask its owner for it",
    evidence: ({ text }) => [text],
  }),
};
