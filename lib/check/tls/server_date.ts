import { formatAddress, ToucanError } from "../../core/mod.ts";
import { request } from "../../http/mod.ts";
import type { ProbeContext } from "../probe/probe.ts";
import { withoutZone } from "../target/host.ts";
import type { TlsPlace } from "./ask_hello.ts";

/**
 * Returns the time that an HTTPS server tells in its Date field, without verifying the server: it is asked only when its certificate is
 * outside its dates, and shows only whether that may be the fault of this machine's clock. Nothing but `HEAD /` is sent.
 */
export async function serverDate(
  place: TlsPlace,
  { signal, timeout, dial: { proxy } }: ProbeContext,
): Promise<Date | undefined> {
  const { port, address } = place;
  const host = withoutZone(place.host);
  try {
    using response = await request(`https://${formatAddress({ transport: "ip", host, port })}/`, {
      ...{ method: "HEAD", signal, timeout, proxy },
      tls: { insecure: true },
      resolve: [{ host, port, addresses: [address.address] }],
    });
    return parseDate(response.headers.get("date"));
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ToucanError)) throw error;
    return undefined;
  }
}

/** Parses a Date field (RFC 9110 §5.6.7). */
export function parseDate(text: string | null | undefined): Date | undefined {
  const date = new Date(text ?? "");
  return Number.isNaN(date.getTime()) ? undefined : date;
}
