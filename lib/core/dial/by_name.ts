import { formatAddress, type HostPort } from "../address.ts";
import { SystemError } from "../errors.ts";
import { ipVersion } from "../ip.ts";
import type { DialOptions } from "./dial.ts";

/**
 * Connects by the name, by the runtime's own means, where the sandbox has denied the lookup of the name or its addresses, but
 * permits the name: `--allow-net=example.com:443` covers neither. Everything else is thrown again.
 */
export async function connectByName(
  denied: unknown,
  target: HostPort,
  { family, trace, onPhase }: DialOptions,
  signal: AbortSignal,
): Promise<Deno.TcpConn> {
  const { host: hostname, port } = target;
  if (family || ipVersion(hostname) || !isDenied(denied) || !isPermitted(`${hostname}:${port}`)) throw denied;
  trace?.({ direction: "*", text: `connecting to ${formatAddress(target)}, which the runtime looks up` });
  const conn = await Deno.connect({ hostname, port, signal });
  onPhase?.("connected");
  return conn;
}

function isDenied(error: unknown): boolean {
  return error instanceof Deno.errors.NotCapable ||
    (error instanceof SystemError && error.code === "permission-missing");
}

function isPermitted(host: string): boolean {
  return Deno.permissions.querySync({ name: "net", host }).state === "granted";
}
