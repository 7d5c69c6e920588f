import { asciiHostName } from "../../core/address/host_name.ts";
import { ipVersion, isUnspecified } from "../../core/address/ip.ts";
import { LOOPBACK_NAMES } from "../../core/tls/certificate/certificate.ts";

/** The options that name a server. */
export interface ServerNames {
  /** The host that it listens on. */
  readonly host?: string;
  /** The names that requests may be for. */
  readonly "allow-host"?: readonly string[];
}

/** The names and addresses of a certificate. Neither all names (`*`) nor all addresses (`0.0.0.0`) can stand in one. */
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
