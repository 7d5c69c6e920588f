import { HexDump, showUntrusted } from "../core/mod.ts";
import type { DatagramEvent } from "./event.ts";
import { payloadFields } from "./payload.ts";

/** The fields of a record of a datagram, except its event. */
export interface DatagramRecord {
  /** The peer. */
  readonly peer: string;
  /** Bytes of the payload. */
  readonly size: number;
  /** The payload, where it is UTF-8. */
  readonly text?: string;
  /** The payload in Base64, where it is not. */
  readonly base64?: string;
  /** Milliseconds since the socket was opened. */
  readonly ms: number;
}

/** A datagram as a record: its payload as `text` or `base64`; of one that failed, which can be too long to show, its size. */
export function datagramRecord({ peer, bytes, ms, error }: Omit<DatagramEvent, "text">): DatagramRecord {
  const payload = error ? { size: bytes.length } : payloadFields(bytes);
  return { peer, ...payload, ms };
}

/**
 * A datagram as a line for people: the peer, two spaces, and the text with one line end at its end left off; whatever
 * could do something to a terminal is escaped.
 */
export function datagramLine({ peer, bytes }: Pick<DatagramEvent, "peer" | "bytes">): string {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).replace(/\r?\n$/, "");
  return `${showUntrusted(peer)}  ${showUntrusted(text)}\n`;
}

/** A datagram as hex: a line with its direction, peer and size, and its bytes beneath. */
export function datagramHex({ event, peer, bytes }: Omit<DatagramEvent, "text">): string {
  const direction = event === "sent" ? ">" : "<";
  return `${direction} ${showUntrusted(peer)}, ${bytes.length} bytes\n${new HexDump().lines(direction, bytes)}`;
}
