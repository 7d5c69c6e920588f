import { type LoginLimit, UsageError } from "../../../core/mod.ts";
import { type FtpFiles, type FtpServer, PassivePorts, startFtp } from "../../../ftp/internal.ts";
import type { FileServerOptions } from "../types.ts";

/**
 * Starts the servers for FTP that options of a file server ask for; none without.
 *
 * @throws {UsageError} For implicit TLS without a certificate.
 */
export function serveByFtp(files: FtpFiles, options: FileServerOptions, logins: LoginLimit): FtpServer[] {
  const { ftp, tls, credentials, maxConnections, signal, trace, onFtpEvent: onEvent, onRefused } = options;
  if (!ftp) return [];
  const { listen, listenTls, passivePorts, passiveHost } = ftp;
  const common = { tls, credentials, maxConnections, signal, trace, onEvent, onRefused, passivePorts, passiveHost };
  if (listenTls !== undefined && !tls) {
    throw new UsageError("FTP with implicit TLS requires a certificate", { code: "ftps-without-tls" });
  }
  const servers: FtpServer[] = [];
  const shared = { logins, ports: new PassivePorts(passivePorts) };
  try {
    if (listen !== undefined) servers.push(startFtp(listen, files, common, shared));
    if (listenTls !== undefined) servers.push(startFtp(listenTls, files, { ...common, implicit: true }, shared));
    return servers;
  } catch (error) {
    for (const server of servers) void server.shutdown();
    throw error;
  }
}
