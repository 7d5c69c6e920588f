import { type Finding, found } from "../words/findings.ts";
import { cut } from "../words/cut.ts";
import { protocolOf, showSaid } from "./said.ts";
import type { HandshakeError, HandshakeInput, HandshakeSeen } from "./handshake_seen.ts";
import { alertName, TLS_VERSIONS, versionName } from "./hello/names.ts";
import { isValidAt, judgeDates } from "./judge_dates.ts";

/** Judges a handshake: one fault, the cause. */
export function judgeHandshake({ error, alpn }: HandshakeSeen, input: HandshakeInput, now: Date): Finding[] {
  if (!error) return [found("tls-trusted", { name: input.host, alpn: alpn ?? "" })];
  return [ofCertificate(error, input, now) ?? ofServer(error, input)];
}

/** The cause if it is a certificate: the one that is at fault is named, not always the server's own. */
function ofCertificate(error: HandshakeError, { host: name }: HandshakeInput, now: Date): Finding | undefined {
  const { code, chain, serverDate, message } = error;
  const [leaf] = chain;
  const { subject = "", issuer = "", names = [] } = leaf ?? {};
  const shown = { name, subject, issuer };
  switch (code) {
    case "tls-expired":
    case "tls-not-yet-valid": {
      const outdated = chain.find((certificate) => !isValidAt(certificate, now)) ??
        chain.find((certificate) => code === "tls-expired" ? certificate.notAfter < new Date() : true);
      return outdated ? judgeDates(outdated, now, serverDate) : found("certificate-refused", { reason: message });
    }
    case "tls-name-mismatch":
      return found("certificate-wrong-name", { name, names });
    case "tls-no-names":
      return found("certificate-without-names", { name, subject });
    case "tls-bad-purpose":
    case "tls-authority-as-server":
      return found("certificate-wrong-purpose", { reason: cut(message), subject });
    case "pin-mismatch":
      return found("key-not-pinned", { reason: cut(message) });
    case "tls-incomplete-chain":
      return found("chain-incomplete", { ...shown, missing: chain.at(-1)?.issuer ?? issuer });
    case "tls-unknown-issuer":
      return leaf?.selfIssued
        ? found("certificate-self-signed", { ...shown, pin: leaf.pin })
        : found("certificate-unknown-authority", { ...shown, authority: chain.at(-1)?.issuer ?? issuer });
  }
  const weak = chain.find((certificate) => certificate.weak);
  const large = chain.find((certificate) => certificate.large);
  if (large) return found("certificate-large-key", { key: large.key, subject: large.subject });
  if (weak) return found("certificate-weak-key", { key: weak.key, subject: weak.subject });
  const sha1 = chain.find(({ hash, selfIssued }) => !selfIssued && /^(?:SHA-1|MD5)$/.test(hash ?? ""));
  if (sha1 && /certificate|handshake|unproved/.test(code)) {
    return found("certificate-old-signature", { hash: sha1.hash ?? "", subject: sha1.subject });
  }
  if (/^tls-(?:bad-certificate|unproved|unverifiable-key|unsupported-key)$/.test(code)) {
    return found("certificate-refused", { reason: cut(message) });
  }
  return undefined;
}

/** The cause if it is what the server speaks. */
function ofServer({ code, message, reply }: HandshakeError, { host: name, port, alpn = [] }: HandshakeInput): Finding {
  if (code === "timeout") return found("tls-stalled", { name });
  if (code === "tls-not-offered") return found("starttls-missing", { name });
  if (reply?.kind === "plain") {
    const said = showSaid(reply.said);
    return found("tls-not-spoken", { port, said, protocol: protocolOf(said) });
  }
  if (reply?.kind === "invalid") return found(reply.tooLarge ? "tls-too-large" : "tls-invalid", {});
  if (reply?.kind === "hello" && reply.version < TLS_VERSIONS["TLS 1.2"]) {
    return found("tls-too-old", { version: versionName(reply.version) });
  }
  const rejection = reply?.kind === "alert" ? alertName(reply.description) : "";
  if (code === "tls-no-alpn" || rejection === "no_application_protocol") {
    return found("tls-no-protocol", { offered: [...alpn] });
  }
  if (code === "tls-client-certificate" || code === "tls-client-certificate-rejected") {
    return found("client-certificate-required", { name });
  }
  if (code === "tls-unrecognized-name" || rejection === "unrecognized_name") {
    return found("server-name-refused", { name });
  }
  if (code === "tls-version" || rejection === "protocol_version") return found("tls-too-old", { version: "" });
  if (code === "tls-not-spoken") return found("tls-not-spoken", { port, said: "", protocol: "" });
  if (reply?.kind === "closed" && /cut|reset|closed|tls-handshake/.test(code)) return found("tls-cut", { name });
  return found("tls-failed", { reason: cut(rejection === "" ? message : `${message} (${rejection})`) });
}
