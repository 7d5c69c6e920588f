import { dial, formatAddress, type HostAddress, NetworkError, TimeoutError, type TlsOptions } from "../../core/mod.ts";
import { startTlsFirst } from "../application/lines/before_tls.ts";
import { cut } from "../words/cut.ts";
import { smtpDialect } from "../application/dialects/smtp.ts";
import type { Probe } from "../probe/probe.ts";
import { found } from "../words/findings.ts";
import { MAIL_PORT } from "./mx_reach.ts";

/** A mail server whose certificate is looked at. */
export interface MxTlsInput {
  /** Its name. */
  readonly host: string;
  /** Address that accepted a connection. */
  readonly address: HostAddress;
  /** Whether the policy of the domain requires a valid certificate (MTA-STS). */
  readonly required: boolean;
  /** Keys of which it must have one (DANE), instead of a certificate that is valid otherwise. */
  readonly pins: readonly string[];
}

/** Result of the handshake: whether the certificate is valid for the name, or has one of the keys. */
export interface MxTlsSeen {
  /** Why the certificate does not verify. */
  readonly problem?: string;
  /** Whether the handshake timed out or the connection was lost, so that the certificate is not the reason. */
  readonly lost: boolean;
}

/** The certificate of a mail server, for its name; other servers deliver without it unless the domain says otherwise. */
export const mxTlsProbe: Probe<MxTlsInput, MxTlsSeen> = {
  name: "mx-certificate",
  layer: "tls",
  async observe({ host, address, pins }, { signal, timeout, dial: options }) {
    const trusts: TlsOptions[] = pins.length > 0
      ? pins.map((pin) => ({ pin, serverName: host }))
      : [{ serverName: host }];
    const peer = formatAddress({ transport: "ip", host: address.address, port: MAIL_PORT });
    let seen: MxTlsSeen = { lost: true };
    for (const trust of trusts) {
      try {
        using _connection = await dial(peer, {
          ...{ ...options, signal, timeout },
          tls: { ...options.tls, ...trust },
          beforeTls: startTlsFirst(() => smtpDialect({ relay: false })),
        });
        return { lost: false };
      } catch (error) {
        if (!(error instanceof NetworkError || error instanceof TimeoutError) || signal.aborted) throw error;
        seen = {
          problem: cut(error.message.replace(`cannot connect to ${peer}: `, "")),
          lost: error instanceof TimeoutError || error.code.startsWith("connection-"),
        };
      }
    }
    return seen;
  },
  judge({ problem, lost }, { host, required, pins }) {
    if (problem === undefined) return [found(pins.length > 0 ? "mx-dane-match" : "mx-certificate", { host })];
    if (lost) return [found("mx-tls-lost", { host, problem })];
    if (pins.length > 0) return [found("mx-dane-mismatch", { host, pins })];
    return [found(required ? "mx-certificate-required" : "mx-certificate-untrusted", { host, problem })];
  },
  subject: ({ host }) => host,
};
