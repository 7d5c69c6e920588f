import type { HostPort } from "../address/address.ts";
import { SystemError } from "../errors/errors.ts";
import { ipVersion } from "../address/ip.ts";

/**
 * Whether the sandbox has denied the lookup of a name, or connecting to its addresses, but permits connecting to the name, by the
 * runtime's own means: `--allow-net=example.com:443` covers neither of the two.
 */
export function isOnlyPermittedByName(error: unknown, { host, port }: HostPort): boolean {
  if (ipVersion(host) || !isDenied(error)) return false;
  return Deno.permissions.querySync({ name: "net", host: `${host}:${port}` }).state === "granted";
}

function isDenied(error: unknown): boolean {
  return error instanceof Deno.errors.NotCapable ||
    (error instanceof SystemError && error.code === "permission-missing");
}
