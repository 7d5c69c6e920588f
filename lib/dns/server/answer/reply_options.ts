import {
  cookieOption,
  cookies,
  type Edns,
  type EdnsOption,
  keepaliveOption,
  nsidOption,
  OPTION_CODES,
  optionData,
} from "../../codec/edns.ts";
import { serverCookie } from "./server_cookie.ts";
import type { ServerTransport } from "./types.ts";

/** Multiple of bytes of padded responses (RFC 8467 §4.1). */
const PADDED_BYTES = 468;

/** Facts of a server for the options of its responses. */
export interface OptionFacts {
  /** Name of the server (RFC 5001); undefined for none. */
  readonly nsid?: Uint8Array;
  /** Secret of its cookies, 16 bytes. */
  readonly secret: Uint8Array;
  /** Milliseconds after which an idle connection is closed. */
  readonly idleMs: number;
}

/** Returns the options of EDNS that answer those of a query: identifier, cookie and keepalive. */
export function replyOptions(
  edns: Edns | undefined,
  address: string,
  transport: ServerTransport,
  { nsid, secret, idleMs }: OptionFacts,
): EdnsOption[] {
  if (!edns || edns.options.length === 0) return [];
  const options: EdnsOption[] = [];
  if (nsid && optionData(edns, OPTION_CODES.NSID)) options.push(nsidOption(nsid));
  const client = cookies(edns)?.client;
  if (client) options.push(cookieOption(client, serverCookie(secret, client, address, Math.floor(Date.now() / 1000))));
  // RFC 7828 §3.3.2: over TCP and TLS only.
  const connected = transport === "tcp" || transport === "tls";
  if (connected && optionData(edns, OPTION_CODES.KEEPALIVE)) options.push(keepaliveOption(idleMs));
  return options;
}

/** Returns the multiple of bytes to pad a response to; undefined if the client has not padded, or no one may see the size (RFC 7830 §4). */
export function paddingOf(edns: Edns | undefined, transport: ServerTransport): number | undefined {
  const encrypted = transport === "tls" || transport === "https";
  return encrypted && optionData(edns, OPTION_CODES.PADDING) ? PADDED_BYTES : undefined;
}
