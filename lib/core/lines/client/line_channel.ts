import type { Connection } from "../../dial/connection.ts";
import { NetworkError, ToucanError, UsageError } from "../../errors/errors.ts";
import { fromSystem } from "../../errors/system_error.ts";
import { raceSignal } from "../../time/deadline.ts";
import type { PhaseClock } from "../../time/phase_clock.ts";
import type { Trace } from "../../trace.ts";
import { LineInput } from "../../bytes/crlf_lines.ts";
import { writeAll } from "../../bytes/writer.ts";

/** STUB until the branch mail-lines is there. */
export class LineChannel {
  readonly connection: Connection;
  readonly clock: PhaseClock;
  readonly #trace?: Trace;
  #input = new LineInput();
  #closed = false;
  #secrets: string[] = [];
  constructor(connection: Connection, clock: PhaseClock, trace?: Trace) {
    this.connection = connection;
    this.clock = clock;
    this.#trace = trace;
  }
  get closed(): boolean {
    return this.#closed;
  }
  get hasPending(): boolean {
    return this.#input.pending > 0;
  }
  enter(phase: string): void {
    this.clock.enter(phase);
  }
  async send(
    line: string,
    { shown = line, secrets = [] }: { shown?: string; secrets?: readonly string[]; together?: boolean } = {},
  ): Promise<void> {
    // deno-lint-ignore no-control-regex -- stub
    if (/[\r\n\x00]/.test(line)) throw new UsageError("contains CR, LF or NUL", { code: "injection" });
    if (this.hasPending) throw this.fault("unexpected-reply", "sent an unexpected reply");
    this.#secrets.push(...secrets);
    this.#trace?.({ direction: ">", text: shown });
    await this.write(new TextEncoder().encode(`${line}\r\n`));
  }
  async write(bytes: Uint8Array): Promise<void> {
    try {
      await raceSignal(writeAll(this.connection, bytes), this.clock.signal);
    } catch (error) {
      throw this.#failure(error);
    }
  }
  async line(limit = 65536): Promise<string> {
    const text = new TextDecoder().decode(await this.lineBytes(limit));
    const masked = this.#secrets.filter(Boolean).reduce((shown, secret) => shown.replaceAll(secret, "********"), text);
    this.#trace?.({ direction: "<", text: masked });
    return masked;
  }
  async lineBytes(limit = 65536): Promise<Uint8Array> {
    while (true) {
      const outcome = this.#input.next(limit);
      if (outcome.kind === "line") return outcome.bytes;
      if (outcome.kind === "invalid") throw this.fault(outcome.problem, `sent a line: ${outcome.problem}`);
      await this.#fill();
    }
  }
  async read(into: Uint8Array): Promise<number> {
    if (this.#input.pending === 0) await this.#fill();
    const piece = this.#input.peek().subarray(0, into.length);
    into.set(piece);
    this.#input.skip(piece.length);
    return piece.length;
  }
  fault(code: string, what: string): NetworkError {
    this.close();
    const { peer } = this.connection;
    return new NetworkError(`${peer} ${what} (${this.clock.phase})`, { code, peer, operation: this.clock.phase });
  }
  close(): void {
    this.#closed = true;
    this.clock.pause();
    this.connection.close();
  }
  async #fill(): Promise<void> {
    let count: number | null;
    try {
      count = await raceSignal(this.connection.read(this.#input.space()), this.clock.signal);
    } catch (error) {
      throw this.#failure(error);
    }
    if (count === null) throw this.fault("connection-cut", "closed the connection");
    this.#input.added(count);
  }
  #failure(error: unknown): unknown {
    this.close();
    if (this.clock.signal.aborted) return this.clock.signal.reason;
    const { peer } = this.connection;
    const known = fromSystem(error, { doing: "communicate with", what: peer });
    if (!(known instanceof NetworkError)) return known instanceof ToucanError ? known : error;
    return new NetworkError(`${known.message} (${this.clock.phase})`, {
      ...{ code: known.code, peer, operation: this.clock.phase, cause: error },
    });
  }
}
