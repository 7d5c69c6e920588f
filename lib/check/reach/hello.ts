import { ipVersion } from "../../core/mod.ts";
import { clientHello } from "../tls/hello/client_hello.ts";

/** Returns a ClientHello of TLS 1.2 that asks for a name: a server of TLS answers with a record of its own, whatever it says. */
export function helloTo(host: string): Uint8Array<ArrayBuffer> {
  const serverName = ipVersion(host) ? undefined : host;
  return clientHello({ version: "TLS 1.2", serverName, random: crypto.getRandomValues(new Uint8Array(64)) });
}
