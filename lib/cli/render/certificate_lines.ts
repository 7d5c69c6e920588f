import type { CertificateSummary } from "../../core/tls/certificate/summary.ts";
import { showUntrusted } from "../../core/untrusted.ts";

/** Certificates that one error shows at most: a chain has seldom more than three. */
const MAX_CERTIFICATES = 5;

/** The certificates that a server presented as lines that people read, its own first. */
export function certificateLines(certificates: readonly CertificateSummary[]): string[] {
  return certificates.slice(0, MAX_CERTIFICATES).flatMap((certificate, index) => {
    const { subject, issuer, names, notBefore, notAfter, pin } = certificate;
    const facts = [
      ["subject", subject || "(empty)"],
      ["issuer", issuer || "(empty)"],
      ["names", names.join(", ") || "(none)"],
      ["valid", `${notBefore} to ${notAfter}`],
      ["pin", pin],
    ];
    return [
      `certificate ${index}:`,
      ...facts.map(([name, value]) => `  ${name} ${showUntrusted(value ?? "", { limit: 300 })}`),
    ];
  });
}
