import { foldName } from "../../codec/names.ts";
import type { RecordStore } from "../../history/record_store.ts";
import type { Session } from "../client/session.ts";
import {
  type BanTarget,
  concerns,
  formatServerBan,
  parseServerBan,
  parseTarget,
  type ServerBan,
} from "./server_ban.ts";

const KIND = "ban";

/** Bans from the server, kept with the history. Those that have ended are removed when they are met. */
export class ServerBans {
  readonly #records: RecordStore;
  readonly #bans = new Map<string, ServerBan & { readonly parsed: BanTarget }>();

  /** Reads the stored bans. */
  constructor(records: RecordStore) {
    this.#records = records;
    for (const text of records.all(KIND)) {
      const ban = parseServerBan(text);
      if (ban) this.#bans.set(foldName(ban.target), { ...ban, parsed: parseTarget(ban.target) });
    }
  }

  /** Number of bans, with those that have ended and were not met since. */
  get size(): number {
    return this.#bans.size;
  }

  /** Bans, with those that have ended and were not met since. */
  get all(): Iterable<ServerBan & { readonly parsed: BanTarget }> {
    return this.#bans.values();
  }

  /** Adds a ban, or replaces the one of the same target; the next commit stores it. */
  add(ban: ServerBan): void {
    const key = foldName(ban.target);
    this.#records.save(KIND, key, formatServerBan(ban));
    this.#bans.set(key, { ...ban, parsed: parseTarget(ban.target) });
  }

  /** Removes the ban of a target; returns false when there is none. */
  remove(target: string): boolean {
    const key = foldName(target);
    if (!this.#bans.has(key)) return false;
    this.#records.save(KIND, key, undefined);
    return this.#bans.delete(key);
  }

  /** Returns the ban that concerns a client. */
  find(session: Session, now: number): ServerBan | undefined {
    return this.current(now).find(({ parsed }) => concerns(parsed, session));
  }

  /** Returns the bans that are in force; the others are removed. */
  current(now: number): (ServerBan & { readonly parsed: BanTarget })[] {
    for (const [key, { until = Infinity }] of this.#bans) {
      if (until > now) continue;
      this.#records.save(KIND, key, undefined);
      this.#bans.delete(key);
    }
    return [...this.#bans.values()];
  }
}
