import { HexDump, showUntrusted } from "../../core/mod.ts";
import type { DatagramEvent } from "./event.ts";
import { payloadFields } from "../client/payload.ts";

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
  return `${showUntrusted(peer)}  ${showUntrusted(decoder.decode(bytes).replace(/\r?\n$/, ""))}\n`;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();
const LF = 10;
const CR = 13;

/**
 * The lines of several datagrams, as {@link datagramLine} writes each. Payloads of printable ASCII, in which nothing is to be
 * escaped, are copied as bytes and decoded at once: printing competes with receiving.
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

/** Copies text without its line end; returns where the copy ends, nothing when a byte is no printable ASCII. */
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

/** A datagram as hex: a line with its direction, peer and size, and its bytes beneath. */
export function datagramHex({ event, peer, bytes }: Omit<DatagramEvent, "text">): string {
  const direction = event === "sent" ? ">" : "<";
  return `${direction} ${showUntrusted(peer)}, ${bytes.length} bytes\n${new HexDump().lines(direction, bytes)}`;
}
