import type { Connection, Direction, Trace } from "../../core/mod.ts";

/** Maximum number of bytes shown as text. */
const TEXT_BYTES = 512;
/** Maximum number of bytes shown as hex. */
const HEX_BYTES = 64;

/** Writes the data of a connection, the ends of both directions and a reset to a trace. */
export class ConnectionTrace {
  readonly #trace?: Trace;
  readonly #peer?: string;
  readonly #end: string;

  /** Traces a connection; without a trace it does nothing. `peer` names the connection if there are several. */
  constructor(connection: Connection, trace?: Trace, peer?: string) {
    this.#trace = trace;
    this.#peer = peer;
    this.#end = connection.security ? "close_notify" : "FIN";
  }

  /** Traces transferred bytes. */
  data(direction: Direction, bytes: Uint8Array): void {
    this.#trace?.({ direction, text: bytesText(bytes), peer: this.#peer });
  }

  /** Traces the end of a direction. */
  end(direction: Direction): void {
    this.#trace?.({ direction, text: `${this.#end}: end of data`, peer: this.#peer });
  }

  /** Traces a reset by the peer. */
  reset(): void {
    this.#trace?.({ direction: "<", text: "RST: connection reset", peer: this.#peer });
  }
}

/** Formats bytes as one line: their number, and the first of them as quoted text, or as hex if they are not UTF-8 text. */
export function bytesText(bytes: Uint8Array): string {
  const count = `${bytes.length} ${bytes.length === 1 ? "byte" : "bytes"}`;
  const start = bytes.subarray(0, TEXT_BYTES);
  // A character that is cut at the limit does not make it hex; one that is cut at the end of the data does.
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(start, { stream: start.length < bytes.length });
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  if (!/[\ufffd\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]/.test(text)) {
    return `${count} "${text}"${start.length < bytes.length ? "…" : ""}`;
  }
  const hex = [...bytes.subarray(0, HEX_BYTES)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return `${count} ${hex}${bytes.length > HEX_BYTES ? " …" : ""}`;
}
