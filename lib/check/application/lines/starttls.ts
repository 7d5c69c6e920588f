import type { Probe } from "../../probe/probe.ts";
import { found } from "../../words/findings.ts";
import type { LineSeen } from "./talk.ts";
import { cut } from "../../words/cut.ts";

/** Session in which TLS is started by a command. */
export interface StartTlsInput {
  /** Name of the protocol. */
  readonly protocol: string;
  /** The session. */
  readonly seen: LineSeen;
  /** Whether mail is only delivered over TLS, by a policy of the domain. */
  readonly required?: boolean;
  /** Server, if there are several. */
  readonly subject?: string;
}

/** TLS that is started by a command: whether the server offers it, and keeps its word. The certificate is judged by the handshake. */
export const startTlsProbe: Probe<StartTlsInput, LineSeen> = {
  name: "starttls",
  layer: "tls",
  observe: ({ seen }) => Promise.resolve(seen),
  judge({ offer, startTls, failure }, { protocol, required, subject = "" }) {
    if (!offer?.startTls) {
      return [required ? found("mx-tls-required", { host: subject }) : found("starttls-not-offered", { protocol })];
    }
    if (startTls && !startTls.ok) return [found("starttls-refused", { protocol, text: cut(startTls.text) })];
    if (failure && (failure.step === "starttls" || failure.step === "tls")) {
      return [found("starttls-broken", { protocol, reason: failure.reason })];
    }
    return [found("starttls-offered", { protocol })];
  },
  facts: ({ secured }) => ({ starttls: secured !== undefined }),
  summary({ offer, secured }, { subject }) {
    const missing = offer !== undefined && !offer.startTls;
    if (subject === undefined) return secured ? "by command" : missing ? "not offered" : "";
    return secured ? `STARTTLS at ${subject}` : missing ? `no TLS at ${subject}` : "";
  },
  subject: ({ subject = "" }) => subject,
};

/** Returns whether TLS was started, so that the certificate can be judged. */
export function startedTls(seen: LineSeen | undefined): boolean {
  return seen?.startTls?.ok === true && seen.failure?.step !== "tls" && seen.failure?.step !== "starttls";
}
