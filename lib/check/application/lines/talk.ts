import {
  type Connection,
  Deadline,
  dial,
  formatAddress,
  type HostAddress,
  LineChannel,
  TimeoutError,
  ToucanError,
} from "../../../core/mod.ts";
import { PhaseClock } from "../../../core/time/phase_clock.ts";
import type { ProbeContext } from "../../probe/probe.ts";
import { sessionTime } from "../../probe/session_time.ts";
import { isProtocol, protocolOf } from "../../reach/protocol.ts";
import type { TlsStart } from "../../target/scheme.ts";
import { cut } from "../../words/cut.ts";
import type { Dialect, LineExtra, LineOffer, LineReply } from "./dialect.ts";

/** A server of a line protocol. */
export interface LineInput {
  /** Its name, for TLS. */
  readonly host: string;
  /** Address that accepted a connection. */
  readonly address: HostAddress;
  /** Port. */
  readonly port: number;
  /** Begin of TLS. */
  readonly tls: TlsStart;
}

/** Steps of a session. */
export type LineStep = "connect" | "greeting" | "hello" | "starttls" | "tls" | "more";

/** Observations of a session. */
export interface LineSeen {
  /** Milliseconds from the connection to the greeting. */
  readonly greetingMs?: number;
  /** The greeting. */
  readonly greeting?: LineReply;
  /** Begin of what the server sent first, if it speaks first. */
  readonly first?: string;
  /** Protocol of another kind that was found instead. */
  readonly foreign?: string;
  /** Offer of the server at the begin, over TLS if that begins with the connection. */
  readonly offer?: LineOffer;
  /** Reply to the command that starts TLS. */
  readonly startTls?: LineReply;
  /** Offer after TLS was started. */
  readonly secured?: LineOffer;
  /** Further values of the protocol. */
  readonly extra: LineExtra;
  /** Own address of the connection. */
  readonly local?: string;
  /** Step that failed, and why. */
  readonly failure?: {
    readonly step: LineStep;
    readonly code: string;
    readonly reason: string;
    /** Operation that was waited for. */
    readonly operation: string;
    readonly timedOut: boolean;
    readonly ms: number;
    /** Number of bytes that came of a line without its end. */
    readonly bytes: number;
    /** Whether nothing at all came of what was waited for. */
    readonly silent: boolean;
  };
  /** Whether a server that is silent without TLS answers a TLS handshake. */
  readonly waitsForTls?: boolean;
}

/** Text of a peer that findings keep. */
const SHOWN_UNITS = 200;
/** Milliseconds in which a silent server must answer a TLS handshake. */
const TLS_GUESS_MS = 3000;

/** Speaks with a server: greeting, capabilities, TLS where it is offered, and what the protocol asks besides. Failures are data. */
export async function talk(dialect: Dialect, input: LineInput, context: ProbeContext): Promise<LineSeen> {
  const session = new Session(dialect, input, context);
  const seen = await session.run();
  const { step, timedOut, silent: nothing } = seen.failure ?? {};
  const silent = step === "greeting" && timedOut && nothing;
  return silent && input.tls !== "direct" ? { ...seen, waitsForTls: await answersTls(input, context) } : seen;
}

async function answersTls({ host, address, port }: LineInput, { signal, timeout, dial: { proxy } }: ProbeContext) {
  try {
    using _connection = await dial(formatAddress({ transport: "ip", host: address.address, port }), {
      ...{ proxy, signal, timeout: Math.min(timeout / 2, TLS_GUESS_MS) },
      tls: { insecure: true, serverName: host },
    });
    return true;
  } catch (error) {
    if (!(error instanceof ToucanError)) throw error;
    return false;
  }
}

class Session {
  readonly #dialect: Dialect;
  readonly #input: LineInput;
  readonly #context: ProbeContext;
  readonly #begin = performance.now();
  #seen: LineSeen = { extra: {} };
  #step: LineStep = "connect";

  constructor(dialect: Dialect, input: LineInput, context: ProbeContext) {
    this.#dialect = dialect;
    this.#input = input;
    this.#context = context;
  }

  async run(): Promise<LineSeen> {
    const { host, address, port, tls } = this.#input;
    const { signal, timeout, dial: { tls: trust, proxy }, trace } = this.#context;
    const peer = formatAddress({ transport: "ip", host: address.address, port });
    // Each step may be answered bit by bit, and the whole never end.
    using whole = new Deadline({ timeout: sessionTime(this.#context), signal }, `speak with ${peer}`);
    using clock = new PhaseClock(peer, timeout, whole.signal);
    let channel: LineChannel | undefined;
    const greeted = async (connection: Connection) => {
      this.#seen = { ...this.#seen, local: connection.local };
      channel = new LineChannel(connection, clock, trace);
      await this.#greet(channel);
      return channel;
    };
    const beforeTls = async (connection: Connection) => {
      this.#step = "greeting";
      return await this.#startTls(await greeted(connection));
    };
    try {
      // The certificate is judged by a probe of its own: here it must not hide what the server offers.
      using connection = await dial(peer, {
        ...{ proxy, signal: clock.signal, trace, timeout: undefined, connectTimeout: timeout },
        tls: tls === "none" ? undefined : { ...trust, pin: undefined, insecure: true, serverName: host },
        beforeTls: tls === "starttls" ? beforeTls : undefined,
      });
      if (tls === "starttls" && connection.security) {
        channel = new LineChannel(connection, clock, trace);
        this.#step = "hello";
        const secured = await this.#dialect.hello(channel);
        this.#seen = { ...this.#seen, secured };
      } else if (tls !== "starttls") {
        this.#step = "greeting";
        channel = await greeted(connection);
      }
      if (channel) await this.#more(channel);
    } catch (error) {
      if (!(error instanceof ToucanError)) throw error;
      signal.throwIfAborted();
      this.#failed(error, peer, clock.phase, channel);
    } finally {
      channel?.close();
    }
    return this.#seen;
  }

  async #greet(channel: LineChannel): Promise<void> {
    const { protocol, greets, greeting, hello } = this.#dialect;
    channel.enter("waiting for the greeting");
    if (greets) {
      const bytes = await channel.peek();
      const first = String.fromCharCode(...bytes.subarray(0, SHOWN_UNITS + 1)).trimEnd();
      const found = protocolOf(bytes.subarray(0, SHOWN_UNITS));
      // Names of hosts may contain those of protocols.
      const foreign = found !== undefined && !isProtocol(found, protocol) && !first.includes(protocol);
      this.#seen = { ...this.#seen, first: cut(first), ...(foreign && { foreign: found }) };
    }
    const first = await greeting(channel);
    this.#seen = { ...this.#seen, greeting: first, greetingMs: performance.now() - this.#begin };
    if (!first.ok || this.#seen.foreign !== undefined) return;
    this.#step = "hello";
    channel.enter("capabilities");
    this.#seen = { ...this.#seen, offer: await hello(channel) };
  }

  async #startTls(channel: LineChannel): Promise<boolean> {
    const { startTls } = this.#dialect;
    const { offer } = this.#seen;
    if (!startTls || !offer?.startTls || offer.refused !== undefined) return false;
    this.#step = "starttls";
    channel.enter("STARTTLS");
    const reply = await startTls(channel);
    this.#seen = { ...this.#seen, startTls: reply };
    if (!reply.ok) return false;
    if (channel.hasPending) throw channel.fault("starttls-injection", "sent bytes before the TLS handshake");
    this.#step = "tls";
    channel.enter("TLS handshake");
    return true;
  }

  async #more(channel: LineChannel): Promise<void> {
    const { more, quit } = this.#dialect;
    const offer = this.#seen.secured ?? this.#seen.offer;
    if (!offer || offer.refused !== undefined || channel.closed) return;
    this.#step = "more";
    channel.enter("questions");
    const extra = await more?.(channel, offer) ?? {};
    this.#seen = { ...this.#seen, extra };
    // Whether the end is understood does not matter.
    await channel.send(quit, { together: true }).catch(() => {});
  }

  #failed(error: ToucanError, peer: string, phase: string, channel: LineChannel | undefined): void {
    const { pending = 0, received = 0 } = channel ?? {};
    const timedOut = error instanceof TimeoutError;
    this.#seen = {
      ...this.#seen,
      failure: {
        step: this.#step,
        code: error.code,
        // The finding says which server it is.
        reason: cut(error.message.replace(`cannot connect to ${peer}: `, "").replace(`${peer} `, "the server ")),
        operation: timedOut ? phase : error.operation ?? this.#step,
        timedOut,
        bytes: pending,
        silent: received === 0,
        ms: Math.round(performance.now() - this.#begin),
      },
    };
  }
}
