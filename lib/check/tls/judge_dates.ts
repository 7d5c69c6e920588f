import type { Finding } from "../words/findings.ts";
import { found } from "../words/findings.ts";
import { day } from "../words/day.ts";
import { daysBetween, type SeenCertificate } from "./certificates.ts";

/** Whether a time is within the dates of a certificate. */
export function isValidAt({ notBefore, notAfter }: SeenCertificate, time: Date): boolean {
  return notBefore <= time && time <= notAfter;
}

/**
 * Judges a certificate that is outside its dates: if it is within them at the time that the server tells, the clock of this
 * machine is wrong, and not the certificate.
 */
export function judgeDates(certificate: SeenCertificate, now: Date, serverDate?: Date): Finding {
  const { subject, issuer, notBefore, notAfter } = certificate;
  if (serverDate && isValidAt(certificate, serverDate)) {
    return found("clock-wrong", {
      ours: day(now),
      theirs: day(serverDate),
      // To the nearest day: the field has whole seconds.
      days: Math.round(Math.abs(now.getTime() - serverDate.getTime()) / 86_400_000),
      from: day(notBefore),
      until: day(notAfter),
    });
  }
  const names = certificate.names.slice(0, 5);
  if (now > notAfter) {
    return found("certificate-expired", {
      ...{ subject, issuer, names, date: day(notAfter) },
      days: daysBetween(notAfter, now),
      clock: day(now),
    });
  }
  return found("certificate-not-yet-valid", {
    ...{ subject, issuer, names, date: day(notBefore) },
    days: Math.max(1, daysBetween(now, notBefore)),
    clock: day(now),
  });
}
