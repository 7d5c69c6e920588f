import { HexDump, showUntrusted } from "../../core/mod.ts";
import type { DatagramEvent } from "./event.ts";
import { payloadFields } from "../client/payload.ts";

/** Fields of the record of a datagram, without its event. */
export interface DatagramRecord {
  /** Address of the peer. */
  readonly peer: string;
  /** Size of the payload in bytes. */
  readonly size: number;
  /** Payload, if it is valid UTF-8. */
  readonly text?: string;
  /** Payload in Base64, if it is not. */
  readonly base64?: string;
  /** Milliseconds since the socket was opened. */
  readonly ms: number;
}

/** Returns the record of a datagram: its payload as `text` or `base64`; of a failed one, which may be too long to show, only the size. */
export function datagramRecord({ peer, bytes, ms, error }: Omit<DatagramEvent, "text">): DatagramRecord {
  const payload = error ? { size: bytes.length } : payloadFields(bytes);
  return { peer, ...payload, ms };
}

/**
 * Formats a datagram as a line: the peer, two spaces, and the text without its line end; characters that
 * can act on a terminal are escaped.
 */
export function datagramLine({ peer, bytes }: Pick<DatagramEvent, "peer" | "bytes">): string {
  return `${showUntrusted(peer)}  ${showUntrusted(decoder.decode(bytes).replace(/\r?\n$/, ""))}\n`;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();
const LF = 10;
const CR = 13;

/**
 * Formats several datagrams as {@link datagramLine} does each. Payloads of printable ASCII need no
 * escaping: they are copied as bytes and decoded in one call, since printing competes with receiving.
 */
export function datagramLines(datagrams: readonly Pick<DatagramEvent, "peer" | "bytes">[]): string {
  const heads = new Map<string, Uint8Array>();
  let size = 0;
  for (const { peer, bytes } of datagrams) {
    let head = heads.get(peer);
    if (!head) heads.set(peer, head = encoder.encode(`${showUntrusted(peer)}  `));
    size += head.length + bytes.length + 1;
  }
  const out = new Uint8Array(size);
  let text = "";
  let end = 0;
  for (const datagram of datagrams) {
    const head = heads.get(datagram.peer) ?? new Uint8Array();
    out.set(head, end);
    const copied = copyPrintable(datagram.bytes, out, end + head.length);
    if (copied === undefined) {
      text += decoder.decode(out.subarray(0, end)) + datagramLine(datagram);
      end = 0;
    } else {
      out[copied] = LF;
      end = copied + 1;
    }
  }
  return text + decoder.decode(out.subarray(0, end));
}

/** Copies text without its line end; returns the end of the copy, or undefined if a byte is not printable ASCII. */
function copyPrintable(bytes: Uint8Array, out: Uint8Array, at: number): number | undefined {
  let { length } = bytes;
  if (bytes[length - 1] === LF && bytes[--length - 1] === CR) length--;
  for (let i = 0; i < length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte < 0x20 || byte > 0x7e) return undefined;
    out[at + i] = byte;
  }
  return at + length;
}

/** Formats a datagram as hex: a line with direction, peer and size, and a dump of its bytes. */
export function datagramHex({ event, peer, bytes }: Omit<DatagramEvent, "text">): string {
  const direction = event === "sent" ? ">" : "<";
  return `${direction} ${showUntrusted(peer)}, ${bytes.length} bytes\n${new HexDump().lines(direction, bytes)}`;
}
