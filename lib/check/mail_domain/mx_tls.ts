import { dial, formatAddress, type HostAddress, NetworkError, TimeoutError, type TlsOptions } from "../../core/mod.ts";
import { pinByTlsa, type TlsaRecord } from "../../mail/internal.ts";
import { startTlsFirst } from "../application/lines/before_tls.ts";
import { cut } from "../words/cut.ts";
import { smtpDialect } from "../application/dialects/smtp.ts";
import type { Probe, ProbeContext } from "../probe/probe.ts";
import { found } from "../words/findings.ts";

/** A mail server whose certificate is looked at. */
export interface MxTlsInput {
  /** Its name. */
  readonly host: string;
  /** Domain of the mail, for which its certificate may be, too. */
  readonly domain: string;
  /** Address that accepted a connection. */
  readonly address: HostAddress;
  /** Port. */
  readonly port: number;
  /** Whether the policy of the domain requires a valid certificate (MTA-STS). */
  readonly required: boolean;
  /** Keys of which it must have one (DANE), instead of a certificate that is valid otherwise. */
  readonly pins: readonly string[];
  /** TLSA records that name certificates or authorities, of which one may match instead. */
  readonly records: readonly TlsaRecord[];
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
  async observe(input, context) {
    const { host, pins, records } = input;
    if (pins.length === 0 && records.length === 0) return (await attempt(input, context, {})).seen;
    let seen: MxTlsSeen = { lost: true };
    for (const pin of pins) {
      seen = (await attempt(input, context, { pin })).seen;
      if (seen.problem === undefined) return seen;
    }
    if (records.length === 0) return seen;
    // What they name is in the certificates; that the server has the key is verified by a second handshake.
    const shown = await attempt(input, context, { insecure: true, reportChain: true });
    const pin = await pinByTlsa(shown.chain, records, [host, input.domain]);
    if (pin !== undefined) return (await attempt(input, context, { pin })).seen;
    return shown.seen.problem === undefined
      ? { lost: false, problem: "no certificate of the chain matches" }
      : shown.seen;
  },
  judge({ problem, lost }, { host, required, pins, records }) {
    const dane = pins.length > 0 || records.length > 0;
    if (problem === undefined) return [found(dane ? "mx-dane-match" : "mx-certificate", { host })];
    if (lost) return [found("mx-tls-lost", { host, problem })];
    if (dane) return [found("mx-dane-mismatch", { host, pins: [...pins, ...records.map(shownRecord)] })];
    return [found(required ? "mx-certificate-required" : "mx-certificate-untrusted", { host, problem })];
  },
  subject: ({ host }) => host,
};

/** Starts TLS with the server by SMTP; returns whether it could be trusted so, and its certificates if they are asked for. */
async function attempt(
  { host, address, port }: MxTlsInput,
  { signal, timeout, dial: { tls, proxy } }: ProbeContext,
  trust: TlsOptions,
): Promise<{ readonly seen: MxTlsSeen; readonly chain: readonly Uint8Array<ArrayBuffer>[] }> {
  const peer = formatAddress({ transport: "ip", host: address.address, port });
  try {
    using connection = await dial(peer, {
      ...{ proxy, signal, timeout },
      tls: { ...tls, serverName: host, ...trust },
      beforeTls: startTlsFirst(() => smtpDialect({ relay: false })),
    });
    return { seen: { lost: false }, chain: connection.security?.chain ?? [] };
  } catch (error) {
    if (!(error instanceof NetworkError || error instanceof TimeoutError) || signal.aborted) throw error;
    const problem = cut(error.message.replace(`cannot connect to ${peer}: `, ""));
    const lost = error instanceof TimeoutError || error.code.startsWith("connection-");
    return { seen: { problem, lost }, chain: [] };
  }
}

/** A TLSA record as it is written, with the begin of its data. */
function shownRecord({ usage, selector, hash, data }: TlsaRecord): string {
  const matching = hash === undefined ? 0 : hash === "SHA-256" ? 1 : 2;
  const numbers = `${usage === "server" ? 3 : 2} ${selector === "key" ? 1 : 0} ${matching}`;
  return `${numbers} ${data.subarray(0, 32).toHex()}${data.length > 32 ? "…" : ""}`;
}
