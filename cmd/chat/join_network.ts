import {
  canPrompt,
  type CLIENT_TLS,
  clientTls,
  type Output,
  promptSecret,
  secretOf,
  type Values,
} from "../../lib/cli/mod.ts";
import {
  type Address,
  parseAddress,
  parsePin,
  showUntrusted,
  type TlsOptions,
  UsageError,
} from "../../lib/core/mod.ts";
import { readInvitationLink } from "../../lib/chat/internal.ts";
import { type JoinTarget, targetValues } from "./join_targets.ts";
import { PORT, TLS_PORT } from "./options.ts";

/** Ports of links without one. */
const LINK_PORTS = { http: 80, https: 443, irc: PORT, ircs: TLS_PORT } as const;

/** Server with everything to join it with. */
export interface JoinNetwork {
  /** Server. */
  readonly address: Address;
  /** Verification of the server, with TLS. */
  readonly tls?: TlsOptions;
  /** Nickname. */
  readonly nick: string;
  /** Password of the server or account. */
  readonly password?: string;
  /** Account. */
  readonly account?: string;
  /** Channels. */
  readonly channels: readonly string[];
}

type TlsValues = Values<typeof CLIENT_TLS>;
/** Options that a network is joined with. */
export type NetworkOptions = TlsValues & {
  readonly "password-file": readonly string[];
  readonly account: readonly string[];
};

/**
 * Returns a function that adds to a server what it is joined with; `at` is its position on the command line. No server receives
 * what identifies the user at another: `--account` and `--password-file` are for the server that they name, else for the first,
 * and so are `--cert`, `--pin`, `--sni` and the variable; `--tls`, `--cacert` and `--insecure` are for all.
 */
export async function networkReader(
  targets: readonly JoinTarget[],
  options: NetworkOptions,
  output: Output,
): Promise<(target: JoinTarget, at?: number) => JoinNetwork> {
  const [first] = targets;
  const isSecure = (target: JoinTarget) =>
    options.tls || target.secure || /^(?:https|ircs)$/.test(readInvitationLink(target.server)?.scheme ?? "");
  const secure = targets.some(isSecure);
  const own = options.pin ?? options.cert ?? options.sni;
  // They require that the first server has TLS.
  if (own !== undefined && first && !isSecure(first)) await clientTls(options, output);
  const trusted = options.pin !== undefined || options.cacert !== undefined || options.insecure;
  const base = await clientTls({ ...options, tls: secure }, output);
  const accounts = targetValues("account", options.account, targets);
  const secrets = await readSecrets(targets, options["password-file"]);
  for (const [at, account] of accounts) {
    if (secrets.has(at) || (at === 0 && base?.clientCertificate)) continue;
    const server = targets[at]?.server ?? "";
    const typed = canPrompt()
      ? await promptSecret(`password of ${showUntrusted(account)} at ${showUntrusted(server)}: `)
      : undefined;
    if (typed !== undefined) secrets.set(at, typed);
    else {
      throw new UsageError(at === 0 ? "--account requires a password" : `--account requires a password for ${server}`, {
        hint: at === 0 ? "use --password-file or --cert, or set TOUCAN_PASSWORD" : `use --password-file ${server}=FILE`,
      });
    }
  }
  return (target, at) => {
    const isFirst = at === 0;
    const link = readInvitationLink(target.server);
    const { channels, nick = `guest${Math.floor(1000 + Math.random() * 9000)}` } = target;
    const withTls = isSecure(target);
    const linked = link?.pin === undefined || trusted ? undefined : parsePin(link.pin);
    const common = { insecure: base?.insecure, caCerts: base?.caCerts, alpn: base?.alpn };
    const tls: TlsOptions | undefined = !withTls
      ? undefined
      : isFirst
      ? { ...base, pin: linked ?? base?.pin }
      : { ...common, pin: linked };
    const port = link ? LINK_PORTS[link.scheme] : withTls ? TLS_PORT : PORT;
    const address = parseAddress(link?.authority ?? target.server, { port });
    const password = link?.token ?? (at === undefined ? undefined : secrets.get(at));
    if (
      password !== undefined && !tls && address.transport === "ip" && !/^localhost$|^127\.|^::1$/.test(address.host)
    ) {
      output.note("warning: the password is sent unencrypted; use --tls");
    }
    return { address, tls, nick, password, channels, account: at === undefined ? undefined : accounts.get(at) };
  };
}

/** Reads the passwords of the servers; the one of the variable is for the first. */
async function readSecrets(targets: readonly JoinTarget[], files: readonly string[]): Promise<Map<number, string>> {
  const secrets = new Map<number, string>();
  for (const [at, path] of targetValues("password-file", files, targets)) {
    const secret = await secretOf(path);
    if (secret !== undefined) secrets.set(at, secret);
  }
  const [first] = targets;
  if (first && !secrets.has(0) && !readInvitationLink(first.server)) {
    const secret = await secretOf(undefined);
    if (secret !== undefined) secrets.set(0, secret);
  }
  return secrets;
}
