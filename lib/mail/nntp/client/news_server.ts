import { type Address, toAddress, UsageError } from "../../../core/mod.ts";
import { parseMailSourceUrl } from "../../read/url.ts";
import type { NntpClientOptions } from "./options.ts";
import { NNTP_PORT, NNTPS_PORT } from "./ports.ts";

/** A news server as people name it. */
export interface NewsServer {
  /** Where it is. */
  readonly address: Address;
  /** Whether the URL asks for TLS from the first byte. */
  readonly implicitTls: boolean;
  /** User, and password behind a colon, as the URL has them. */
  readonly user?: string;
}

/**
 * Reads `HOST[:PORT]`, `nntp://[USER[:PASSWORD]@]HOST[:PORT]` or `nntps://…`. The port is 119 unless given, with implicit TLS 563.
 *
 * @throws {UsageError} `invalid-url`, `invalid-address`.
 */
export function parseNewsServer(server: string, tls?: NntpClientOptions["tls"]): NewsServer {
  const implicit = tls === "implicit";
  if (!server.includes("://")) {
    return { address: toAddress(server, { port: implicit ? NNTPS_PORT : NNTP_PORT }), implicitTls: false };
  }
  const { protocol, address, implicitTls, user, password, path } = parseMailSourceUrl(server);
  if (protocol !== "nntp") {
    throw new UsageError(`invalid URL: articles are posted to nntp://HOST`, { code: "invalid-url" });
  }
  if (path !== "") {
    throw new UsageError("invalid URL: it has a path; articles name their newsgroups", { code: "invalid-url" });
  }
  const named = user === undefined ? undefined : [user, ...(password === undefined ? [] : [password])].join(":");
  return { address, implicitTls, ...(named !== undefined && { user: named }) };
}
