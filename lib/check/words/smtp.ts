import { kind } from "./finding.ts";

/** Findings about SMTP servers. */
export const SMTP_FINDINGS = {
  "smtp-offers": kind<{ words: readonly string[] }>({
    layer: "application",
    mark: "good",
    means: "extensions that an SMTP server offers",
    says: ({ words }) => `the SMTP server offers ${words.length === 0 ? "no extensions" : words.join(", ")}`,
  }),
  "smtp-without-ehlo": kind({
    layer: "application",
    mark: "warning",
    who: "the owner of the server",
    means: "the server does not know EHLO, so it has no extensions: no TLS, no authentication, no sizes",
    says: () => "the SMTP server only knows HELO: no TLS, no authentication",
  }),
  "smtp-open-relay": kind<{ from: string; reply: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the server accepts mail of strangers for other domains",
    says: () =>
      "the SMTP server is an open relay: it accepts mail from strangers for other domains, and will be used for spam",
    evidence: ({ from, reply }) => [`RCPT TO:<toucan-check@example.org> from ${from}: ${reply}`, "no message was sent"],
  }),
  "smtp-relays-here": kind<{ from: string; reply: string }>({
    layer: "application",
    mark: "note",
    who: "the owner of the server",
    means: "the server accepts mail for other domains from this machine, which has an address of a private network",
    says: ({ from }) =>
      `the SMTP server relays for this machine (${from}) without a password: intended for its own network only`,
    evidence: ({ reply }) => [`RCPT TO:<toucan-check@example.org>: ${reply}`, "no message was sent"],
  }),
};
