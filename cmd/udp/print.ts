import { errorLines, errorRecord, type Output, type Records, stdoutChunks } from "../../lib/cli/mod.ts";
import { concat } from "../../lib/core/mod.ts";
import { type DatagramEvent, datagramHex, datagramLines, datagramRecord } from "../../lib/udp/internal.ts";
import type { ECHO_RECORDS } from "./records.ts";

type DatagramRecords = Omit<typeof ECHO_RECORDS, "listening">;

/** Output format of a call. */
export interface FormatCall<R extends Records> {
  /** Options that select the format. */
  readonly options: { readonly json: boolean; readonly hex?: boolean; readonly raw?: boolean };
  /** Destination of the output. */
  readonly output: Output<R>;
}

/** Returns the output for records. */
export function recordsOf<R extends Records>({ options: { raw }, output }: FormatCall<R>): Output<R> {
  return raw ? output.onStderr() : output;
}

/** Datagrams that are printed before it is checked again whether the output has room. */
const BATCH_SIZE = 256;

/** Prints datagrams in the format of a call. */
export class DatagramPrinter {
  readonly #form: FormatCall<DatagramRecords>;
  readonly #records: Output<DatagramRecords>;
  readonly #waits: boolean;
  readonly #bytes = stdoutChunks();
  #printed = 0;

  /** Prints to the output of a call; with `waits` it waits for a slow reader instead of dropping lines. */
  constructor(form: FormatCall<DatagramRecords>, { waits = false }: { readonly waits?: boolean } = {}) {
    this.#form = form;
    this.#records = recordsOf(form);
    this.#waits = waits;
  }

  /** Number of datagrams handed to the output. */
  get printed(): number {
    return this.#printed;
  }

  /** Prints the events of datagrams, in order. */
  async print(events: readonly DatagramEvent[]): Promise<void> {
    for (let at = 0; at < events.length; at += BATCH_SIZE) {
      const some = events.length > BATCH_SIZE ? events.slice(at, at + BATCH_SIZE) : events;
      if (this.#waits) await this.#records.drained();
      const written = this.#write(some);
      if (written) await written;
      const came = some.every(isReceived) ? some : some.filter(isReceived);
      if (this.#form.options.raw) await this.#bytes.write(concat(came.map(({ bytes }) => bytes)));
      this.#printed += came.length;
    }
  }

  #write(events: readonly DatagramEvent[]): Promise<unknown> | void {
    const { options: { json, hex, raw }, output } = this.#form;
    if (json) return Promise.all(events.map((event) => recordDatagram(this.#records, event)));
    for (const { error } of events) {
      if (error) errorLines("toucan udp", error).forEach((line) => output.note(line));
    }
    if (hex) return output.write(events.filter(isShown).map(datagramHex).join(""));
    if (!raw) return output.write(datagramLines(events.filter(isReceived)));
  }
}

function isReceived({ event }: DatagramEvent): boolean {
  return event === "received";
}

function isShown({ event }: DatagramEvent): boolean {
  return event === "received" || event === "sent";
}

/** Prints the record of a datagram. */
function recordDatagram(records: Output<DatagramRecords>, datagram: DatagramEvent): Promise<void> | void {
  const { event, error, reason = "" } = datagram;
  const facts = datagramRecord(datagram);
  if (event === "ignored") return records.record({ event, ...facts, reason });
  if (event !== "failed") return records.record({ event, ...facts });
  const { peer, size, ms } = facts;
  return records.record({ event, peer, size, ms, error: errorRecord(error) });
}
