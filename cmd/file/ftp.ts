import { kind, option } from "../../lib/cli/mod.ts";
import { formatNetAddress, ipVersion, parseAddress, parsePort, UsageError } from "../../lib/core/mod.ts";
import type { FileFtpOptions, FileServer, PortRange } from "../../lib/file/mod.ts";

const port = kind.parsed("PORT", "a number from 0 to 65535", (text) => parsePort(text, true));

const DOORS = ["ftp", "ftps"];

/** The options of `file serve` for FTP. */
export const FTP = {
  "ftp": option(port, "also serve by FTP on this port; with --tls, clients must use AUTH TLS"),
  "ftps": option(port, "also serve by FTP with implicit TLS on this port", {
    with: ["tls", "cert", "tls-dir"],
    because: "FTP with implicit TLS needs a certificate",
  }),
  "ftp-passive-ports": option(
    kind.parsed("FROM-TO", "two ports, such as 50000-50100", parsePortRange),
    "ports for the data connections of FTP (default: any)",
    { with: DOORS },
  ),
  "ftp-host": option(
    kind.parsed("ADDRESS", "an IPv4 address", parseIPv4Address),
    "address of this server that FTP clients are told, if a NAT translates it",
    { with: DOORS },
  ),
};

function parsePortRange(text: string): PortRange {
  const [, first = "", last = ""] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (from >= 1 && from <= to && to <= 65535) return { from, to };
  throw new UsageError(`"${text}" is not a range of ports`);
}

function parseIPv4Address(text: string): string {
  if (ipVersion(text) === 4) return text;
  throw new UsageError(`"${text}" is not an IPv4 address`);
}

/** Values of {@link FTP}. */
interface FtpValues {
  readonly host: string;
  readonly ftp?: number;
  readonly ftps?: number;
  readonly "ftp-passive-ports"?: PortRange;
  readonly "ftp-host"?: string;
}

/** Returns what the options for FTP ask for; undefined without FTP. */
export function ftpOptions(options: FtpValues): FileFtpOptions | undefined {
  const { host, ftp, ftps } = options;
  if (ftp === undefined && ftps === undefined) return undefined;
  return {
    listen: ftp === undefined ? undefined : addressOf(host, ftp),
    listenTls: ftps === undefined ? undefined : addressOf(host, ftps),
    passivePorts: options["ftp-passive-ports"],
    passiveHost: options["ftp-host"],
  };
}

/** Returns the address of a port of the host to listen on. */
export function addressOf(host: string, port: number): ReturnType<typeof parseAddress> {
  return parseAddress(formatNetAddress({ hostname: host, port, transport: "tcp" }), { anyPort: true });
}

/** Returns the listeners for FTP, as they are reported. */
export function ftpListeners({ ftp }: FileServer): { scheme: string; addr: string; path: string }[] {
  return ftp.map(({ url, address }) => ({
    scheme: url.startsWith("ftps:") ? "ftps" : "ftp",
    addr: address,
    path: "/",
  }));
}
