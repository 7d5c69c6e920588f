import { asciiHostName } from "../../core/address/host_name.ts";
import { ipVersion, isUnspecified } from "../../core/address/ip.ts";
import { LOOPBACK_NAMES } from "../../core/tls/certificate/certificate.ts";

/** Options with the names of a server. */
export interface ServerNames {
  /** Host to listen on. */
  readonly host?: string;
  /** Accepted host names of requests. */
  readonly "allow-host"?: readonly string[];
}

/** Returns the names and addresses for a certificate of the server, without `*` and `0.0.0.0`, which certificates cannot have. */
export function certificateNames({ host = "", "allow-host": allowed = [] }: ServerNames): readonly string[] {
  const names = [host, ...allowed].flatMap((text) => {
    const bare = ipVersion(text) === 6 ? text : text.replace(/:\d*$/, "").replace(/^\[|\]$/g, "");
    if (bare === "" || bare === "*" || bare.includes("/") || isUnspecified(bare)) return [];
    if (ipVersion(bare) !== undefined) return [bare];
    const name = (star: string, rest: string) => `${star}${asciiHostName(rest)}`;
    if (bare.startsWith(".")) return [name("", bare.slice(1)), name("*.", bare.slice(1))];
    return [bare.startsWith("*.") ? name("*.", bare.slice(2)) : name("", bare)];
  });
  return [...new Set([...LOOPBACK_NAMES, ...names])];
}
