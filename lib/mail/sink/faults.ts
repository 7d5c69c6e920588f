import { formatDuration, UsageError } from "../../core/mod.ts";
import { addressPattern } from "../codec/address_pattern.ts";

/** A stage of an SMTP session that can fail: `message` is the end of the data. */
export type FaultStage = "connect" | "ehlo" | "starttls" | "auth" | "mail" | "rcpt" | "data" | "message";

const FAULT_STAGES: readonly FaultStage[] = ["connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "message"];

/** Stages at which no address is known yet. */
const WITHOUT_ADDRESS: ReadonlySet<FaultStage> = new Set(["connect", "ehlo", "starttls", "auth"]);
/** Word in place of a code: the connection is closed without a reply. */
const CLOSE = "close";
const MAX_DELAY_MS = 600_000;
const MAX_RULES = 1000;

/** The failures and the delay that a sink simulates. */
export interface MailFaultSettings {
  /**
   * Failures as `STAGE:CODE[:PATTERN]`, such as `rcpt:451:bob@*`; the first that matches applies. With `close` as the code, such as
   * `data:close`, the connection is closed without a reply.
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
  /** The reply code, or `close`. */
  readonly code: string;
  /** Whether an address fails; without it all do. */
  readonly matches?: (address: string) => boolean;
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
export class MailFaults {
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

  /**
   * Returns the reply, without line end, with which a stage fails for any of these addresses; an empty one when the connection is closed
   * without a reply, undefined when the stage does not fail.
   */
  reply(stage: FaultStage, addresses?: readonly string[]): string | undefined {
    const rule = this.#rules.find(({ stage: at, matches }) =>
      at === stage && (!matches || addresses?.some(matches) === true)
    );
    if (rule?.code === CLOSE) return "";
    return rule && `${rule.code} ${rule.code[0]}.3.0 simulated failure`;
  }
}

/**
 * Parses `STAGE:CODE[:PATTERN]`.
 *
 * @throws {UsageError} `invalid-fault`, `invalid-address-pattern`.
 */
export function parseFault(text: string): FaultRule {
  const [, name = "", given = "", pattern] = /^([a-z]+):([45][0-5]\d|close)(?::(.*))?$/is.exec(text) ?? [];
  const code = given.toLowerCase();
  const stage = FAULT_STAGES.find((stage) => stage === name.toLowerCase());
  if (!stage) {
    throw new UsageError(
      `invalid failure "${text}": use STAGE:CODE or STAGE:CODE:PATTERN such as rcpt:451:bob@*, with a stage of ` +
        `${FAULT_STAGES.join(", ")} and a code from 400 to 559, or close`,
      { code: "invalid-fault" },
    );
  }
  if (pattern === undefined) return { text, stage, code };
  if (WITHOUT_ADDRESS.has(stage)) {
    throw new UsageError(`invalid failure "${text}": a pattern requires mail, rcpt, data or message`, {
      code: "invalid-fault",
    });
  }
  return { text, stage, code, matches: addressPattern(pattern) };
}
