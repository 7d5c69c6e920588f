import { kind } from "./finding.ts";

/** Findings about TLS. */
export const TLS_FINDINGS = {
  "tls-trusted": kind<{ name: string }>({
    layer: "tls",
    mark: "good",
    means: "the handshake succeeded, and the certificate is trusted for the name",
    says: ({ name }) => `the certificate is trusted for ${name}`,
  }),
  "tls-failed": kind<{ reason: string }>({
    layer: "tls",
    mark: "fault",
    who: "the owner of the server",
    means: "the handshake failed",
    says: ({ reason }) => `the TLS handshake failed: ${reason}`,
  }),
};
