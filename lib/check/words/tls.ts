import { CERTIFICATE_FINDINGS } from "./certificate.ts";
import { DANE_FINDINGS } from "./dane.ts";
import { kind } from "./finding.ts";

/** Findings about TLS. */
export const TLS_FINDINGS = {
  "tls-trusted": kind<{ name: string; alpn: string }>({
    layer: "tls",
    mark: "good",
    means: "the handshake succeeded, and the certificate is trusted for the name",
    says: ({ name, alpn }) => `the certificate is trusted for ${name}${alpn === "" ? "" : `; protocol ${alpn}`}`,
  }),
  ...CERTIFICATE_FINDINGS,
  "tls-not-spoken": kind<{ port: number; said: string; protocol: string }>({
    layer: "tls",
    mark: "fault",
    who: "you",
    means: "the port answers, but not with TLS",
    says: ({ port, protocol }) => `port ${port} does not speak TLS${protocol === "" ? "" : `; it speaks ${protocol}`}`,
    evidence: ({ said }) => said === "" ? [] : [`first line of the server: ${said}`],
  }),
  "tls-stalled": kind<{ name: string }>({
    layer: "tls",
    mark: "fault",
    blame: "timeout",
    who: "the owner of the server",
    means: "the connection is accepted, but the handshake is not answered",
    says: () =>
      "the server accepts the connection and does not answer the TLS handshake: it hangs, or something between drops large packets",
  }),
  "tls-cut": kind<{ name: string }>({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "the connection is closed or reset during the handshake",
    says: ({ name }) =>
      `the connection is closed as soon as TLS begins: the server, or a firewall on the way, refuses it for ${name}`,
  }),
  "tls-invalid": kind({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "what the server sends begins as TLS does, and cannot be read",
    says: () => "the server answers the TLS handshake with something that begins as TLS does, and cannot be read",
  }),
  "tls-too-large": kind({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "the server sends more than clients accept before the handshake ends, such as far too many certificates",
    says: () =>
      "the server sends more than clients accept before the handshake ends, such as far too many certificates",
  }),
  "tls-too-old": kind<{ version: string }>({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "the server supports only versions of TLS that clients of today refuse",
    says: ({ version }) =>
      `the server speaks ${
        version === "" ? "no version of TLS above 1.1" : `only ${version}`
      }, which clients of today refuse: it needs TLS 1.2 or 1.3`,
    evidence: ({ version }) => version === "" ? [] : [`answer to a hello of TLS 1.2: ${version}`],
  }),
  "tls-no-protocol": kind<{ offered: readonly string[] }>({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "the server supports none of the application protocols offered (ALPN)",
    says: ({ offered }) => `the server speaks none of the protocols offered (ALPN): ${offered.join(", ")}`,
  }),
  "server-name-refused": kind<{ name: string }>({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "the server does not know the name that it is asked for (SNI)",
    says: ({ name }) => `the server has no site ${name}: it refuses that server name (SNI)`,
  }),
  "client-certificate-required": kind<{ name: string }>({
    layer: "tls",
    mark: "fault",
    who: "you",
    means: "the server accepts only clients with a certificate that it trusts",
    says: ({ name }) =>
      `${name} accepts only clients with a certificate of their own, and none was given that it accepts`,
  }),
  "client-certificate-asked": kind({
    layer: "tls",
    mark: "note",
    means: "the server asks for a client certificate, and goes on without one",
    says: () => "the server asks for a client certificate, and accepts clients without one",
  }),
  "starttls-missing": kind<{ name: string }>({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "the server does not start TLS when it is asked to",
    says: ({ name }) => `${name} does not offer to start TLS: what is sent can be read on the way`,
  }),
  "tls-failed": kind<{ reason: string }>({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "the handshake failed for another reason",
    says: ({ reason }) => `the TLS handshake failed: ${reason}`,
  }),
  "tls-version": kind<{ version: string; suite: string }>({
    layer: "tls",
    mark: "good",
    means: "the version and the cipher suite that a client of today gets",
    says: ({ version, suite }) => `${version} with ${suite}`,
  }),
  "tls-1.3-missing": kind({
    layer: "tls",
    mark: "note",
    who: "the owner of the server",
    means: "the server does not support TLS 1.3",
    says: () => "the server does not support TLS 1.3",
  }),
  "old-tls-accepted": kind<{ versions: readonly string[] }>({
    layer: "tls",
    mark: "warning",
    who: "the owner of the server",
    means: "the server still accepts TLS 1.0 or 1.1, which RFC 8996 forbids",
    says: ({ versions }) => `the server still accepts ${versions.join(" and ")}, which RFC 8996 forbids`,
  }),
  "old-tls-refused": kind({
    layer: "tls",
    mark: "good",
    means: "clients that support only TLS 1.0 or 1.1 are refused",
    says: () => "clients with only TLS 1.0 or 1.1 are refused",
  }),
  "session-not-resumed": kind({
    layer: "tls",
    mark: "note",
    who: "the owner of the server",
    means: "the server offers no resumption of sessions with TLS 1.2: each connection takes a full handshake",
    says: () => "sessions of TLS 1.2 cannot be resumed: each connection takes a full handshake",
  }),
  ...DANE_FINDINGS,
};
