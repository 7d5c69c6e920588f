import { parseDuration } from "../../../../core/mod.ts";
import { MAX_LINE_BYTES, utf8Length } from "../../../codec/message.ts";
import { banText, concerns, parseTarget, type ServerBan } from "../../moderation/server_ban.ts";
import { moderated } from "../../moderation/moderation.ts";
import type { Session } from "../../client/session.ts";
import type { ChatState } from "../../state.ts";
import { cutText, printable } from "../../text.ts";
import type { ChatCommands } from "../command.ts";
import { requireIrcOperator } from "../requirements.ts";

const MAX_BANS = 1000;
const MAX_TARGET_BYTES = 128;
const REASON_BYTES = 200;
const DAY_MS = 24 * 3_600_000;
/** Entries of the audit log in one answer. */
const MAX_ENTRIES = 100;

/** Bans from the server, and the log of what operators do; for IRC operators. */
export const SERVER_BANS: ChatCommands = {
  UBAN: {
    shared: ([subcommand = ""]) => subcommand.toUpperCase() !== "LIST",
    needs: 1,
    cost: 2,
    run(state, session, { params: [subcommand = "", target = "", ...rest] }) {
      if (!requireIrcOperator(session)) return;
      switch (subcommand.toUpperCase()) {
        case "ADD":
          return add(state, session, target, rest);
        case "DEL":
          return remove(state, session, target);
        case "LIST":
          return list(state, session);
        default:
          return session.fail("UBAN", "INVALID_PARAMS", printable(subcommand), "Use ADD, DEL or LIST");
      }
    },
  },
  AUDIT: {
    cost: 4,
    run(state, session, { params: [count = "20"] }) {
      if (!requireIrcOperator(session)) return;
      const number = /^\d{1,3}$/.test(count) ? Math.min(Number(count), MAX_ENTRIES) : 20;
      for (const { time, action, by, account, channel, target, reason } of state.audit.last(number)) {
        const words = [new Date(time).toISOString(), action, channel, target, reason && `(${reason})`];
        notice(state, session, [...words, "by", by, account && `as ${account}`].filter(Boolean).join(" "));
      }
      notice(state, session, "End of the audit log");
    },
  },
};

function add(state: ChatState, session: Session, target: string, rest: readonly string[]): void {
  const [duration, ...words] = /^duration$/i.test(rest[0] ?? "") ? rest.slice(1) : [undefined, ...rest];
  const fail = (text: string) => session.fail("UBAN", "INVALID_PARAMS", printable(target), text);
  if (target === "" || utf8Length(target) > MAX_TARGET_BYTES || target.startsWith(":")) {
    return fail("Use an address, a network, a mask or the name of an account");
  }
  const ms = duration === undefined ? undefined : durationOf(duration);
  if (duration !== undefined && !ms) return fail("Invalid duration: use one such as 30m, 12h or 7d");
  if (state.bans.size >= MAX_BANS) return fail(`Too many bans (limit: ${MAX_BANS})`);
  const parsed = parseTarget(target);
  if (parsed.kind === "account" && !state.accounts.find(target)) return fail("There is no such account");
  // A ban that would disconnect its author is most likely a typing error.
  if (concerns(parsed, session)) return fail("This ban concerns yourself");
  const now = state.now();
  const ban: ServerBan = {
    ...{ target, reason: cutText(words.join(" "), REASON_BYTES) || "banned", by: session.mask, at: now },
    ...(ms ? { until: now + ms } : {}),
  };
  if (!state.writes(() => state.bans.add(ban))) return fail("The ban cannot be stored now");
  moderated(state, session, { action: "ban", target, reason: ban.reason });
  const banned = [...state.presences?.all ?? [], ...state.sessions].filter((other) => concerns(parsed, other));
  for (const other of banned) state.quit(other, banText(ban));
  notice(state, session, `${printable(target)} is banned${until(ban)}; clients disconnected: ${banned.length}`);
}

function remove(state: ChatState, session: Session, target: string): void {
  let removed = false;
  const stored = state.writes(() => removed = state.bans.remove(target));
  if (!stored) return session.fail("UBAN", "INVALID_PARAMS", printable(target), "The ban cannot be removed now");
  if (!removed) return session.fail("UBAN", "INVALID_PARAMS", printable(target), "There is no such ban");
  moderated(state, session, { action: "unban", target });
  notice(state, session, `${printable(target)} is no longer banned`);
}

function list(state: ChatState, session: Session): void {
  for (const ban of state.bans.current(Date.now())) {
    notice(state, session, `${printable(ban.target)}${until(ban)} by ${ban.by} (${ban.reason})`);
  }
  notice(state, session, "End of the bans");
}

function until({ until }: ServerBan): string {
  return until === undefined ? "" : ` until ${new Date(until).toISOString()}`;
}

/** Returns a duration in milliseconds, also one in days; undefined when it is invalid. */
function durationOf(text: string): number | undefined {
  const [, days] = /^(\d{1,4})d$/.exec(text) ?? [];
  if (days !== undefined) return Number(days) * DAY_MS;
  try {
    const ms = parseDuration(text);
    return ms > 0 && ms <= 10_000 * DAY_MS ? ms : undefined;
  } catch {
    return undefined;
  }
}

function notice(state: ChatState, session: Session, text: string): void {
  const room = MAX_LINE_BYTES - 2 - utf8Length(`:${state.info.name} NOTICE ${session.nick} :`);
  session.say("NOTICE", session.nick, cutText(text, room));
}
