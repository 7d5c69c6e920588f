import { type Finding, found } from "../../words/findings.ts";
import type { LineInput, LineSeen } from "./talk.ts";
import { cut } from "../../words/cut.ts";

/** Judges what all line protocols have in common: greeting, begin of the session, passwords in the clear. */
export function judgeLines(protocol: string, seen: LineSeen, { port, tls }: LineInput): Finding[] {
  const { greeting, first, foreign, failure, offer } = seen;
  const text = cut(greeting?.text ?? first ?? "");
  if (foreign !== undefined) return [found("greeting-foreign", { protocol, found: foreign, port, text })];
  if (greeting && !greeting.ok) return [found("greeting-refused", { protocol, text })];
  const findings: Finding[] = [];
  if (greeting) findings.push(found("greeted", { protocol, text }));
  if (failure && failure.step !== "tls" && failure.step !== "starttls") findings.push(failed(protocol, seen, port));
  if (offer?.refused !== undefined) findings.push(found("hello-refused", { protocol, text: cut(offer.refused) }));
  if (tls !== "direct" && offer && offer.passwords.length > 0) {
    findings.push(found("login-in-clear", { protocol, ways: offer.passwords }));
  }
  return findings;
}

function failed(protocol: string, { failure, first, waitsForTls }: LineSeen, port: number): Finding {
  const { step, code = "", reason = "", operation = "", timedOut, ms = 0, bytes = 0 } = failure ?? {};
  if (step !== "greeting") {
    return timedOut
      ? found("session-timed-out", { protocol, operation, ms, ...(bytes > 0 && { bytes }) })
      : found("session-failed", { protocol, reason });
  }
  if (waitsForTls) return found("greeting-needs-tls", { protocol, port });
  if (timedOut && bytes > 0) return found("greeting-slow", { protocol, bytes, ms });
  if (timedOut) return found("greeting-silent", { protocol, ms });
  if (code.startsWith("connection-")) return found("greeting-closed", { protocol, reason });
  return found("greeting-invalid", { protocol, reason, text: first ?? "" });
}
