import type { LineChannel } from "../../../core/lines/client/line_channel.ts";
import { showUntrusted } from "../../../core/mod.ts";
import { MASK } from "../../../core/secrets.ts";
import type { RequestPiece } from "../codec/request.ts";
import type { ImapResponse, ImapStatusText } from "../codec/response/response.ts";
import { ImapResponseError, valueText } from "../codec/response/values.ts";
import { ImapReader, type LiteralSink, type ResponseBudget } from "./reader.ts";

/** Untagged response with data. */
export type ImapData = Extract<ImapResponse, { kind: "data" }>;

/** Options of a command, and receivers of its responses. */
export interface ImapCommandOptions {
  /** Receives untagged data; what it throws as {@link ImapResponseError} is the fault of the server. */
  readonly onData?: (data: ImapData) => void;
  /** Receives untagged statuses. */
  readonly onStatus?: (status: ImapStatusText) => void;
  /** Answers a continuation request: the line to send, which may be a secret. */
  readonly onContinue?: (text: string) => { readonly line: string; readonly secret: boolean };
  /** Takes sections of messages. */
  readonly sink?: LiteralSink;
  /** Text that the trace shows of a command with secrets. @default its name */
  readonly shown?: string;
  /** Secrets in the command. */
  readonly secrets?: readonly string[];
  /** Milliseconds for each response, where it may take longer than usual; may be changed while the command runs. */
  readonly patience?: { timeout?: number };
  /** Number of responses that are expected. @default 0 */
  readonly expected?: number;
  /** Bytes of responses that are expected. @default 0 */
  readonly expectedBytes?: number;
  /** Bytes of a line. @default 1 MiB */
  readonly line?: number;
}

/** Responses that a server may send on its own account during a command, and their bytes. */
const SPARE_RESPONSES = 20_000;
const SPARE_BYTES = 16 * 2 ** 20;
/** Longest literal that is sent without asking (LITERAL-, RFC 7888). */
const SMALL_LITERAL = 4096;
const MAX_LINE_BYTES = 2 ** 20;
const MAX_CAPABILITIES = 500;

/** Commands and responses of a connection, one command at a time. */
export class ImapSession {
  /** Channel beneath. */
  readonly channel: LineChannel;
  /** Receives what the server says about the open folder, during any command. */
  folderData?: (response: ImapData | ImapStatusText & { readonly kind: "status" }) => void;
  #capabilities: ReadonlySet<string> | undefined;
  readonly #reader: ImapReader;
  #count = 0;
  /** Whether the server may close the connection: after LOGOUT. */
  #leaving = false;

  /** Creates a session on a channel. */
  constructor(channel: LineChannel) {
    this.channel = channel;
    this.#reader = new ImapReader(channel);
  }

  /** Name of the server in errors. */
  get peer(): string {
    return this.channel.connection.peer;
  }

  /** Capabilities in capitals; empty as long as they are unknown. */
  get capabilities(): ReadonlySet<string> {
    return this.#capabilities ?? new Set();
  }

  /** Whether the server has told its capabilities. */
  get capabilitiesKnown(): boolean {
    return this.#capabilities !== undefined;
  }

  /** Forgets the capabilities: those from before TLS or the login are of no value after it (RFC 3501 §6.2.1). */
  forgetCapabilities(): void {
    this.#capabilities = undefined;
  }

  /** Reads the greeting. */
  async greeting(): Promise<ImapStatusText> {
    const response = await this.#reader.next(newBudget());
    if (response.kind !== "status" || response.status === "NO" || response.status === "BAD") {
      throw this.channel.fault("imap-invalid-response", "sent no greeting of IMAP");
    }
    this.#learn(response);
    return response;
  }

  /**
   * Sends a command, and returns its outcome.
   *
   * @param pieces Name and arguments; bytes are sent as literals.
   * @throws {NetworkError} `imap-closing` when the server closes the connection, `imap-invalid-response`, and what the channel throws.
   */
  async run(pieces: readonly RequestPiece[], options: ImapCommandOptions = {}): Promise<ImapStatusText> {
    const { channel } = this;
    const tag = `a${++this.#count}`;
    const first = typeof pieces[0] === "string" ? pieces[0] : "";
    const name = /^(?:UID )?\S+/.exec(first)?.[0] ?? first;
    channel.enter(name);
    this.#leaving ||= name === "LOGOUT";
    this.#reader.hide(options.secrets ?? []);
    const budget = newBudget(options);
    try {
      return await this.#send(tag, name, pieces, budget, options) ?? await this.#outcome(tag, budget, options);
    } finally {
      channel.pause();
    }
  }

  /**
   * Sends IDLE, and waits until `done` is called or the server ends it; returns its outcome (RFC 2177).
   *
   * @param began Called when the server listens; with what ends the wait.
   * @param timeout Milliseconds that pass at most until `done` is called.
   */
  async idle(began: (done: () => void) => void, timeout: number, onData: () => void): Promise<ImapStatusText> {
    const { channel } = this;
    const tag = `a${++this.#count}`;
    const patience: { timeout?: number } = {};
    const budget = newBudget();
    channel.enter("IDLE");
    try {
      await this.line(`${tag} IDLE`);
      const refused = await this.#outcome(tag, budget, {}, true);
      if (refused) return refused;
      patience.timeout = timeout;
      channel.enter("IDLE", timeout);
      let ended = false;
      began(() => {
        if (ended) return;
        ended = true;
        patience.timeout = undefined;
        // The timer of a long wait would look at the short one too late.
        channel.pause();
        channel.enter("DONE");
        // A failure closes the channel: the read below reports it.
        this.line("DONE").catch(() => {});
      });
      return await this.#outcome(tag, budget, { patience, onData });
    } finally {
      channel.pause();
    }
  }

  /** Sends a line within a command. */
  async line(line: string, shown?: string): Promise<void> {
    await this.channel.send(line, { shown, together: true });
  }

  /** Sends a command; returns its outcome if the server rejects it before a literal. */
  async #send(
    ...[tag, name, pieces, budget, options]: [
      string,
      string,
      readonly RequestPiece[],
      ResponseBudget,
      ImapCommandOptions,
    ]
  ): Promise<ImapStatusText | undefined> {
    const hidden = options.secrets !== undefined;
    let text = `${tag} `;
    let shown: string | undefined = hidden ? `${tag} ${options.shown ?? `${name} ${MASK}`}` : undefined;
    for (const piece of pieces) {
      if (typeof piece === "string") {
        text += piece;
        continue;
      }
      const atOnce = this.capabilities.has("LITERAL+") ||
        (piece.length <= SMALL_LITERAL && this.capabilities.has("LITERAL-"));
      await this.line(`${text}{${piece.length}${atOnce ? "+" : ""}}`, shown);
      if (!atOnce) {
        const refused = await this.#outcome(tag, budget, { ...options, onContinue: undefined }, true);
        if (refused) return refused;
      }
      this.channel.note(">", hidden ? MASK : `(${piece.length} bytes)`);
      await this.channel.write(piece);
      text = "";
      shown = hidden ? MASK : undefined;
    }
    await this.line(text, text === "" ? undefined : shown);
    return undefined;
  }

  /** Reads up to the outcome of a command; undefined for a continuation request that is waited for. */
  async #outcome(tag: string, budget: ResponseBudget, options: ImapCommandOptions): Promise<ImapStatusText>;
  async #outcome(
    ...[tag, budget, options, untilContinue]: [string, ResponseBudget, ImapCommandOptions, true]
  ): Promise<ImapStatusText | undefined>;
  async #outcome(
    ...[tag, budget, options, untilContinue = false]: [string, ResponseBudget, ImapCommandOptions, boolean?]
  ): Promise<ImapStatusText | undefined> {
    const { channel } = this;
    while (true) {
      const response = await this.#reader.next(budget, options.sink);
      // A long listing takes longer than one response.
      channel.enter(channel.phase, options.patience?.timeout);
      if (response.kind === "done") {
        if (response.tag !== tag) {
          throw this.channel.fault("imap-invalid-response", "answered a command that was not sent");
        }
        this.#learn(response);
        return response;
      }
      if (response.kind === "continue") {
        if (untilContinue) return undefined;
        if (!options.onContinue) throw this.channel.fault("imap-invalid-response", "asked for more than the command");
        const { line, secret } = options.onContinue(response.text);
        await this.line(line, secret ? MASK : undefined);
        continue;
      }
      this.#untagged(response, options);
    }
  }

  #untagged(response: Extract<ImapResponse, { kind: "data" | "status" }>, options: ImapCommandOptions): void {
    try {
      if (response.kind === "status") {
        if (response.status === "BYE" && !this.#leaving) {
          throw this.channel.fault(
            "imap-closing",
            `closed the connection: ${showUntrusted(response.text, { limit: 500 }) || "no reason given"}`,
          );
        }
        this.#learn(response);
        options.onStatus?.(response);
        this.folderData?.(response);
        return;
      }
      if (response.name === "CAPABILITY") this.#capabilities = capabilitiesOf(response.values.map(valueText));
      this.folderData?.(response);
      options.onData?.(response);
    } catch (error) {
      if (!(error instanceof ImapResponseError)) throw error;
      throw this.channel.fault("imap-invalid-response", `sent an invalid response: ${error.message}`);
    }
  }

  /** Takes the capabilities from a status that has them. */
  #learn({ code }: ImapStatusText): void {
    if (code?.name === "CAPABILITY") this.#capabilities = capabilitiesOf(code.argument.split(" "));
  }
}

function capabilitiesOf(names: readonly (string | undefined)[]): ReadonlySet<string> {
  return new Set(
    names.slice(0, MAX_CAPABILITIES).map((name) => (name ?? "").toUpperCase()).filter((name) => name !== ""),
  );
}

function newBudget(
  { expected = 0, expectedBytes = 0, line = MAX_LINE_BYTES }: ImapCommandOptions = {},
): ResponseBudget {
  return { responses: SPARE_RESPONSES + 2 * expected, bytes: SPARE_BYTES + expectedBytes, line };
}
