import type { RecordStore } from "../../history/record_store.ts";

/** Action of an operator. */
export interface ChatModeration {
  /** Time in milliseconds since 1970. */
  readonly time: number;
  /** Kind of the action. */
  readonly action: ChatModerationAction;
  /** Operator: `nick!user@host`. */
  readonly by: string;
  /** Account of the operator. */
  readonly account?: string;
  /** Channel concerned. */
  readonly channel?: string;
  /** Client, mask or message concerned. */
  readonly target?: string;
  /** Reason or detail. Untrusted text. */
  readonly reason?: string;
}

/** Kind of an action. */
export type ChatModerationAction =
  | "account-deleted"
  | "ban"
  | "drop"
  | "file-deleted"
  | "founder"
  | "invitation"
  | "invitation-revoked"
  | "kick"
  | "kill"
  | "mode"
  | "oper"
  | "oper-failed"
  | "redact"
  | "unban";

const KIND = "audit";
const MAX_ENTRIES = 10_000;

/** Log of what operators do, kept with the history. */
export class AuditLog {
  readonly #records: RecordStore;
  readonly #entries: { readonly key: string; readonly text: string }[] = [];
  #number = 0;

  /** Reads the stored entries. */
  constructor(records: RecordStore) {
    this.#records = records;
    for (const text of records.all(KIND)) {
      const entry = parse(text);
      if (entry) this.#entries.push({ key: entry.key, text });
    }
  }

  /** Adds an entry; the next commit stores it. */
  add(moderation: ChatModeration): void {
    const key = `${String(moderation.time).padStart(15, "0")}-${String(this.#number++ % 1e6).padStart(6, "0")}`;
    const text = JSON.stringify({ key, ...moderation });
    this.#records.save(KIND, key, text);
    this.#entries.push({ key, text });
    if (this.#entries.length <= MAX_ENTRIES) return;
    const oldest = this.#entries.shift();
    if (oldest) this.#records.save(KIND, oldest.key, undefined);
  }

  /** Forgets all entries. */
  clear(): void {
    for (const { key } of this.#entries.splice(0)) this.#records.save(KIND, key, undefined);
  }

  /** Returns the last entries, the oldest first. */
  last(count: number): ChatModeration[] {
    return this.#entries.slice(-count).flatMap(({ text }) => parse(text)?.moderation ?? []);
  }
}

/** Encodes an action. */
export function formatModeration(moderation: ChatModeration): string {
  return JSON.stringify({ key: "", ...moderation });
}

/** Parses an action; undefined for anything else. */
export function parseModeration(text: string): ChatModeration | undefined {
  return parse(text)?.moderation;
}

function parse(text: string): { readonly key: string; readonly moderation: ChatModeration } | undefined {
  try {
    const { key, ...moderation }: ChatModeration & { readonly key: string } = JSON.parse(text);
    const valid = typeof key === "string" && typeof moderation.action === "string" && typeof moderation.by === "string";
    return valid && typeof moderation.time === "number" ? { key, moderation } : undefined;
  } catch {
    return undefined;
  }
}
