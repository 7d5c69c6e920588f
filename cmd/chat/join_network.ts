import { type CLIENT_TLS, clientTls, type Output, secretOf, type Values } from "../../lib/cli/mod.ts";
import { type Address, parseAddress, parsePin, type TlsOptions, UsageError } from "../../lib/core/mod.ts";
import { readInvitationLink } from "../../lib/chat/internal.ts";
import type { JoinTarget } from "./join_targets.ts";
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
export type NetworkOptions = TlsValues & { readonly "password-file"?: string; readonly account?: string };

/**
 * Returns a function that adds to a server what it is joined with. What identifies the user (`--account`, the password, `--cert`) and `--pin` and
 * `--sni` are for the first server only, so that no other receives it; `--tls`, `--cacert` and `--insecure` are for all.
 */
export async function networkReader(
  targets: readonly JoinTarget[],
  options: NetworkOptions,
  output: Output,
): Promise<(target: JoinTarget, first: boolean) => JoinNetwork> {
  const [first] = targets;
  const isSecure = (target: JoinTarget) =>
    options.tls || target.secure || /^(?:https|ircs)$/.test(readInvitationLink(target.server)?.scheme ?? "");
  const secure = targets.some(isSecure);
  const own = options.pin ?? options.cert ?? options.sni;
  // They require that the first server has TLS.
  if (own !== undefined && first && !isSecure(first)) await clientTls(options, output);
  const trusted = options.pin !== undefined || options.cacert !== undefined || options.insecure;
  const base = await clientTls({ ...options, tls: secure }, output);
  const secret = (first && readInvitationLink(first.server)?.token) ?? await secretOf(options["password-file"]);
  if (options.account !== undefined && secret === undefined && !base?.clientCertificate) {
    throw new UsageError("--account requires a password", {
      hint: "use --password-file or --cert, or set TOUCAN_PASSWORD",
    });
  }
  return (target, isFirst) => {
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
    const password = isFirst ? secret : link?.token;
    if (
      password !== undefined && !tls && address.transport === "ip" && !/^localhost$|^127\.|^::1$/.test(address.host)
    ) {
      output.note("warning: the password is sent unencrypted; use --tls");
    }
    return { address, tls, nick, password, channels, account: isFirst ? options.account : undefined };
  };
}
