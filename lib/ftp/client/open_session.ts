import {
  type Connection,
  dial,
  formatAddress,
  type HostPort,
  ipVersion,
  lookup,
  NetworkError,
  parseAddress,
  ruledAddresses,
  ruledTarget,
  SystemError,
  type TlsOptions,
} from "../../core/mod.ts";
import { NODE_TLS_PROVES_KEYS } from "../../core/tls/client/node_client.ts";
import { PhaseClock } from "../../core/time/phase_clock.ts";
import { type FtpFeatures, parseFeatures } from "../codec/features.ts";
import { parseQuotedPath, pathProblem } from "../codec/path_text.ts";
import { FtpChannel } from "./channel.ts";
import { login } from "./login.ts";
import type { FtpClientOptions } from "./options.ts";
import { refusal } from "./refusal.ts";
import type { FtpSession } from "./session.ts";
import { DataClock } from "./transfer/data_clock.ts";

/** Milliseconds for each reply. */
export const REPLY_TIMEOUT_MS = 30_000;

/**
 * Connects, reads the greeting, starts TLS, logs in, and prepares the transfer of bytes as they are.
 *
 * @throws {NetworkError} `tls-injection` and what dialling throws.
 * @throws {FtpRefusedError} `tls-refused`, `login-refused`, `ftp-refused`.
 */
export async function openSession(server: HostPort, options: FtpClientOptions): Promise<FtpSession> {
  const { security = "none", proxy, family, resolve, connectTimeout, trace } = options;
  const peer = formatAddress(server);
  if (security !== "none") checkRuntime(peer, options.tls ?? {});
  const clock = new PhaseClock(peer, options.timeout ?? REPLY_TIMEOUT_MS, options.signal);
  let connection: Connection | undefined;
  try {
    const beforeTls = async (plain: Connection) => {
      const channel = new FtpChannel(plain, clock, trace);
      await greeting(channel, clock);
      return await requestTls(channel, clock);
    };
    const target = await dialTarget(server, options, clock.signal);
    const connectTo = target && [{ toHost: target.host, toPort: target.port }];
    connection = await dial(server, {
      ...{ proxy, family, resolve, connectTo, trace, connectTimeout, signal: clock.signal },
      onStep: (step) => void (clock.step = step),
      tls: security === "none" ? undefined : { ...options.tls, reportPin: NODE_TLS_PROVES_KEYS },
      beforeTls: security === "explicit" ? beforeTls : undefined,
    });
    const channel = new FtpChannel(connection, clock, trace);
    if (security !== "explicit") await greeting(channel, clock);
    await login(channel, clock, options);
    const prepared = await prepare(channel);
    clock.pause();
    const dataHost = proxy ? (target ?? server).host : hostOf(connection.remote);
    const dataClock = new DataClock(clock.signal, options);
    const facts = { ...prepared, channel, clock, dataClock, server, dataHost, options };
    return { ...facts, passive: "EPSV", passiveWorks: false, mlsd: facts.features.has("MLST"), listOption: "-a" };
  } catch (error) {
    connection?.close();
    clock[Symbol.dispose]();
    throw clock.signal.aborted ? clock.signal.reason : error;
  }
}

/**
 * Returns the host and port to connect to, if they are not those of the server. A name that is looked up here for a proxy becomes one
 * address: another connection might lead to another server.
 */
async function dialTarget(
  server: HostPort,
  { proxy, connectTo, resolve, family }: FtpClientOptions,
  signal: AbortSignal,
): Promise<HostPort | undefined> {
  const ruled = ruledTarget(server, connectTo);
  const target = ruled ?? server;
  if (proxy?.scheme !== "socks5" || ipVersion(target.host)) return ruled;
  const [first] = ruledAddresses(target, resolve) ?? await lookup(target.host, { family, signal });
  return first ? { ...target, host: first.address } : ruled;
}

function hostOf(remote: string): string {
  const address = parseAddress(remote);
  if (address.transport === "ip") return address.host;
  throw new TypeError("FTP uses IP");
}

/** Deno 2.7 verifies a pin, or none, on two connections; a passive port accepts one. */
function checkRuntime(peer: string, { pin, insecure, clientCertificate }: TlsOptions): void {
  if (NODE_TLS_PROVES_KEYS || (pin === undefined && !insecure && !clientCertificate)) return;
  const what = pin !== undefined ? "pins" : insecure ? "unverified certificates" : "client certificates";
  throw new SystemError(`cannot connect to ${peer}: FTP over TLS with ${what} requires Deno 2.8 or later`, {
    code: "tls-unsupported",
    operation: "connect",
    peer,
  });
}

async function greeting(channel: FtpChannel, clock: PhaseClock): Promise<void> {
  clock.enter("waiting for the greeting");
  let reply = await channel.reply();
  // 120: the server will be ready in some minutes (RFC 959 §5.4).
  while (reply.code === 120) reply = await channel.reply();
  if (reply.code !== 220) throw refusal(channel.connection.peer, "connect", reply);
}

/** Hint where TLS cannot be requested: vsftpd without TLS asks for a login instead of saying so. */
const IMPLICIT = "the server offers no TLS here; an ftps: URL uses TLS from the first byte, on port 990";

async function requestTls(channel: FtpChannel, clock: PhaseClock): Promise<boolean> {
  const { peer } = channel.connection;
  const reply = await channel.ask("AUTH", "TLS");
  if (reply.code !== 234) throw refusal(peer, "start TLS", reply, { code: "tls-refused", hint: IMPLICIT });
  // Bytes before the handshake may be injected by an attacker, and would be read as the server's under TLS.
  if (channel.hasPending) {
    throw new NetworkError(`${peer} sent bytes before the TLS handshake`, { code: "tls-injection", peer });
  }
  clock.enter("TLS handshake", "tls");
  return true;
}

/** Features of servers that read commands line by line, however they arrive. */
const MODERN = ["MLST", "EPSV", "TVFS", "UTF8"];

/** Asks for the features and the folder, and sets the type of transfers. */
async function prepare(
  channel: FtpChannel,
): Promise<{ readonly features: FtpFeatures; readonly pipelining: boolean; readonly home?: string }> {
  const feat = await channel.ask("FEAT");
  const features = parseFeatures(feat.code === 211 ? feat.lines : []);
  const pipelining = MODERN.some((name) => features.has(name));
  // Most servers use UTF-8 in any case, and some reject the option.
  const utf8 = pipelining ? [{ verb: "OPTS", argument: "UTF8 ON" }] : [];
  const commands = [...utf8, { verb: "TYPE", argument: "I" }, { verb: "PWD" }];
  const [type, pwd] = (await channel.exchange(commands, pipelining)).slice(-2);
  if (type?.code !== 200) throw refusal(channel.connection.peer, "set the type of transfers", type ?? feat);
  const home = pwd?.code === 257 ? parseQuotedPath(pwd.lines.join(" ")) : undefined;
  const wanted = missingFacts(features);
  if (wanted) await channel.ask("OPTS", `MLST ${wanted}`);
  const usable = home?.startsWith("/") && pathProblem(home) === undefined;
  return { features, pipelining, home: usable ? home : undefined };
}

const WANTED_FACTS = ["type", "size", "modify", "unix.mode", "unique"];

/** Returns the facts to request by `OPTS MLST` (RFC 3659 §7.9), if the server has some that it does not send by itself. */
function missingFacts({ mlst }: FtpFeatures): string | undefined {
  const known = mlst.map((fact) => fact.replace(/\*$/, ""));
  const silent = WANTED_FACTS.filter((fact) => mlst.includes(fact));
  // Without any mark, a server sends all of them.
  if (silent.length === 0 || !mlst.some((fact) => fact.endsWith("*"))) return undefined;
  return WANTED_FACTS.filter((fact) => known.includes(fact)).map((fact) => `${fact};`).join("");
}
