import type { AddressInput, HostPort } from "../../core/mod.ts";
import { nameServer } from "../system/server_config.ts";
import { type NameServer, parseNameServer } from "./name_server.ts";

/** A server to ask: an address, a name server, or the text of one: `192.0.2.53`, `tls://192.0.2.53`, `https://dns.test/dns-query`. */
export type ServerInput = AddressInput | NameServer;

/** Returns a server as it is given: an address, or a text such as `tls://192.0.2.53`. */
export function serverOf(input: ServerInput): HostPort | NameServer {
  if (typeof input === "string" && input.includes("://")) return parseNameServer(input);
  return typeof input === "object" && "protocol" in input ? input : nameServer(input);
}
