import { formatDuration, UsageError } from "../../core/mod.ts";
import { addressPattern } from "../codec/address_pattern.ts";
import {
  canLoseReply,
  FAULT_CODES,
  faultProtocol,
  type FaultStage,
  faultStage,
  knowsAddress,
  SMTP_FAULT_STAGES,
  type SmtpFaultStage,
} from "./fault_stages.ts";

export type { FaultProtocol, FaultStage, MailboxFaultStage, SmtpFaultStage } from "./fault_stages.ts";

/** Words in place of a code: the connection is closed without a reply, before or after the command is carried out. */
const CLOSE = "close";
const DROP = "drop";
const MAX_DELAY_MS = 600_000;
const MAX_RULES = 1000;

/** The failures and the delay that a sink simulates. */
export interface MailFaultSettings {
  /**
   * Failures as `STAGE:CODE[:PATTERN]`, such as `rcpt:451:bob@*`; the first that matches applies. With `close` as the code, such as
   * `data:close`, the connection is closed without a reply; with `drop`, such as `message:drop`, after the command was carried out.
   * Commands of other protocols have its name in front, and its replies as codes: `pop3-retr:err`, `imap-login:no`, `nntp-group:411`.
   *
   * @default {none}
   */
  readonly fail?: readonly string[];
  /**
   * Milliseconds to wait before each reply, at most 600000.
   *
   * @default {0}
   */
  readonly delay?: number;
}

/** A failure, parsed. */
export interface FaultRule {
  /** The failure as it was given. */
  readonly text: string;
  /** The stage that fails. */
  readonly stage: FaultStage;
  /** The reply code, `close` or `drop`. */
  readonly code: string;
  /** Whether an address fails; without it all do. */
  readonly matches?: (address: string) => boolean;
}

/** A failure that a server simulates in place of a command, or, with `drop`, of its reply. */
export interface SimulatedFailure {
  /**
   * Action: the command is answered with the code, the connection is closed without a reply, or it is closed after the command was
   * carried out.
   */
  readonly action: "reply" | "close" | "drop";
  /** The code in lower case: three digits for SMTP and NNTP, `err` for POP3, `no`, `bad` or `bye` for IMAP. */
  readonly code: string;
}

/** Simulated failures, as a server asks for them. */
export interface FaultSource {
  /** Milliseconds to wait before each reply. */
  readonly delay: number;
  /** Returns the failure of a stage for any of these addresses (the mailbox of the user, the recipients); undefined when it does not fail. */
  find(stage: FaultStage, addresses?: readonly string[]): SimulatedFailure | undefined;
}

/**
 * Failures that a sink simulates, to test how a client handles them. They can be changed while the sink runs.
 *
 * @example Fail a recipient, later accept it
 * ```ts
 * import { MailFaults } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const faults = new MailFaults({ fail: ["rcpt:451:bob@*"] });
 * assertEquals(faults.reply("rcpt", ["bob@example.com"]), "451 4.3.0 simulated failure");
 * faults.set({});
 * assertEquals(faults.reply("rcpt", ["bob@example.com"]), undefined);
 * ```
 */
export class MailFaults implements FaultSource {
  #rules: readonly FaultRule[] = [];
  #delay = 0;

  /**
   * Creates the faults of a sink.
   *
   * @throws {UsageError} `invalid-fault`, `invalid-address-pattern`, `invalid-delay`.
   */
  constructor(settings?: MailFaultSettings) {
    this.set(settings ?? {});
  }

  /** The failures, as they were given. */
  get fail(): readonly string[] {
    return this.#rules.map(({ text }) => text);
  }

  /** Milliseconds to wait before each reply. */
  get delay(): number {
    return this.#delay;
  }

  /**
   * Replaces failures and delay; what is not given is switched off. Nothing changes when any of it is invalid.
   *
   * @throws {UsageError} `invalid-fault`, `invalid-address-pattern`, `invalid-delay`.
   */
  set({ fail = [], delay = 0 }: MailFaultSettings): void {
    if (fail.length > MAX_RULES) {
      throw new UsageError(`too many failures: ${fail.length} (limit: ${MAX_RULES})`, { code: "invalid-fault" });
    }
    const rules = fail.map(parseFault);
    if (!Number.isSafeInteger(delay) || delay < 0 || delay > MAX_DELAY_MS) {
      const shown = Number.isSafeInteger(delay) && delay > 0 ? formatDuration(delay) : `${delay} ms`;
      throw new UsageError(`invalid delay ${shown}: at most ${formatDuration(MAX_DELAY_MS)} is accepted`, {
        code: "invalid-delay",
      });
    }
    this.#rules = rules;
    this.#delay = delay;
  }

  /** Returns the first failure of a stage for any of these addresses; undefined when the stage does not fail. */
  find(stage: FaultStage, addresses?: readonly string[]): SimulatedFailure | undefined {
    const { code } =
      this.#rules.find(({ stage: at, matches }) => at === stage && (!matches || addresses?.some(matches) === true)) ??
        {};
    return code === undefined ? undefined : { action: code === CLOSE || code === DROP ? code : "reply", code };
  }

  /**
   * Returns the reply, without line end, with which a stage of SMTP fails for any of these addresses; an empty one when the connection is
   * closed without a reply, undefined when the stage does not fail.
   */
  reply(stage: SmtpFaultStage, addresses?: readonly string[]): string | undefined {
    const { action, code = "" } = this.find(stage, addresses) ?? {};
    if (action === "close") return "";
    return action === "reply" ? `${code} ${code[0]}.3.0 simulated failure` : undefined;
  }
}

/**
 * Parses `STAGE:CODE[:PATTERN]`.
 *
 * @throws {UsageError} `invalid-fault`, `invalid-address-pattern`.
 */
export function parseFault(text: string): FaultRule {
  const [, name = "", given = "", pattern] = /^([a-z0-9-]+):([a-z]+|\d{3})(?::(.*))?$/is.exec(text) ?? [];
  const code = given.toLowerCase();
  const stage = faultStage(name.toLowerCase());
  const { accepts, shown } = FAULT_CODES[stage ? faultProtocol(stage) : "smtp"];
  if (!stage || !(accepts.test(code) || code === CLOSE || code === DROP)) {
    throw invalid(
      text,
      `use STAGE:CODE or STAGE:CODE:PATTERN such as rcpt:451:bob@*, with a stage of ${
        SMTP_FAULT_STAGES.join(", ")
      }, or a ` +
        `command such as pop3-retr, imap-fetch or nntp-group, and ${shown}, ${CLOSE} or ${DROP}`,
    );
  }
  if (code === DROP && !canLoseReply(stage)) {
    throw invalid(text, `${DROP} requires message, or a command of POP3, IMAP or NNTP`);
  }
  if (pattern === undefined) return { text, stage, code };
  if (!knowsAddress(stage)) {
    throw invalid(text, "a pattern requires mail, rcpt, data or message, or a command that follows the login");
  }
  return { text, stage, code, matches: addressPattern(pattern) };
}

function invalid(text: string, accepted: string): UsageError {
  return new UsageError(`invalid failure "${text}": ${accepted}`, { code: "invalid-fault" });
}
