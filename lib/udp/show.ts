import { HexDump, showUntrusted } from "../core/mod.ts";
import type { DatagramEvent } from "./event.ts";
import { payloadFields } from "./payload.ts";

/** A datagram as a record: its payload as `text` or `base64`, and what is longer than any datagram left out. */
export function datagramRecord(
  { event, peer, bytes, ms, error, reason }: Omit<DatagramEvent, "text">,
): Record<string, unknown> {
  const payload = error ? { size: bytes.length } : payloadFields(bytes);
  return { event, peer, ...payload, ms, reason, error: error && { code: error.code, message: error.message } };
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
