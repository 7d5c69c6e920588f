import { credentialsOf, flag, kind, option, verb } from "../../lib/cli/mod.ts";
import { type Account, pathsOfHistory } from "../../lib/chat/internal.ts";
import { showUntrusted, UsageError } from "../../lib/core/mod.ts";
import { ACCOUNT_LAYOUT } from "./layout.ts";
import { ACCOUNT_NETWORK_OPTIONS, networkAccountsOf } from "./network.ts";
import { passwordFile } from "./options.ts";
import { ACCOUNT_RECORDS } from "./records.ts";

const ACTIONS = ["add", "passwd", "ban", "unban", "delete", "list"] as const;
const reason = kind.text("TEXT", "a reason");

/** `chat account`. */
export const account = verb({
  summary: "manage the accounts of a chat, in its history file or in a network",
  description:
    "Works while servers run: they see each change within a second, and disconnect banned accounts. With --nats the " +
    "accounts are those of a network of servers, and FILE is omitted. " +
    "For add and passwd the password is read from --password-file, TOUCAN_PASSWORD or the terminal; it has at least 8 " +
    "characters.",
  more:
    "The file has no passwords, but an scrypt hash of each (32 MiB of memory and about 0.1s for each guess), and keys for " +
    "SCRAM-SHA-256, made by 600,000 iterations of PBKDF2. Anyone who can read the file can guess passwords offline, by the " +
    "keys without the memory, and can pose as the server to a client that uses SCRAM.\n\n" +
    "Names are letters and digits of one script (RFC 8265, UsernameCaseMapped). A name that looks like that of another " +
    "account, such as ann1 and annl, is rejected.\n\n" +
    "delete removes the password, the keys, the certificates and the settings for good, and a server releases the " +
    "channels of the account. The name stays taken, since its next owner could read the private conversations.",
  operands: [
    { metavar: "ACTION", help: ACTIONS.join(", "), kind: kind.choice(...ACTIONS), complete: [...ACTIONS] },
    { metavar: "FILE", help: "the history file of the server; not with --nats", optional: true, complete: "file" },
    { metavar: "NAME", help: "the account; not for list", optional: true },
  ],
  options: {
    "password-file": passwordFile,
    "for": option(kind.duration, "with ban: duration of the ban (default: until it is lifted)"),
    "reason": option(reason, "with ban: reason, shown to the user"),
    ...ACCOUNT_NETWORK_OPTIONS,
    "json": flag("one JSON record for each account"),
  },
  records: ACCOUNT_RECORDS,
  examples: [
    { line: "chat account add chat.db ann", does: "add an account; asks for its password" },
    { line: "chat account ban chat.db ben --for 24h --reason spam", does: "ban an account for a day" },
    { line: "chat account delete chat.db ben", does: "delete an account for good" },
    { line: "chat account list chat.db", does: "list all accounts" },
    { line: "chat account add --nats nats://127.0.0.1:4222 ann", does: "add an account to a network of servers" },
  ],
  layout: ACCOUNT_LAYOUT,
  exits: [1, 3, 5],
  needs: ({ options, operands: [, file] }) => {
    const paths = file === undefined || options.nats !== undefined ? [] : pathsOfHistory(file);
    return { read: paths, write: paths, env: ["TOUCAN_*"] };
  },
  async run({ options, operands: [action = "", ...rest], output }) {
    const { openChatAccounts } = await import("../../lib/chat/mod.ts");
    const [file = "", name = ""] = options.nats === undefined ? rest : ["", ...rest];
    if (options.nats === undefined && file === "") {
      throw new UsageError("FILE is missing: expected the history file of the server, or --nats");
    }
    if (options.nats !== undefined && rest.length > (action === "list" ? 0 : 1)) {
      throw new UsageError("FILE cannot be combined with --nats");
    }
    if ((name === "") !== (action === "list")) {
      throw new UsageError(action === "list" ? "list has no NAME" : `${action} requires a NAME`);
    }
    if (action !== "ban" && (options.for !== undefined || options.reason !== undefined)) {
      throw new UsageError(`${options.for === undefined ? "--reason" : "--for"} requires ban`);
    }
    const secret = async () => (await credentialsOf({ ...options, user: name }))?.password ?? "";
    const password = action === "add" || action === "passwd" ? await secret() : "";
    await using accounts = await networkAccountsOf(options) ?? openChatAccounts(file);
    const changed = async () => {
      if (action === "add") return await accounts.add(name, password);
      if (action === "passwd") return await accounts.setPassword(name, password);
      if (action === "delete") return await accounts.delete(name);
      if (action === "unban") return await accounts.unban(name);
      const since = Date.now();
      const until = options.for === undefined ? undefined : since + options.for;
      return await accounts.ban(name, { since, until, reason: options.reason });
    };
    for (const each of action === "list" ? accounts.list() : [await changed()]) {
      if (options.json) output.record(recordOf(each));
      else output.line(lineOf(each));
    }
  },
});

function recordOf({ name, created, certificates, ban, deleted }: Account) {
  const { since = 0, until = null, reason = null } = ban ?? {};
  return {
    name,
    created,
    certificates: [...certificates],
    ...(deleted === undefined ? {} : { deleted }),
    ...(ban ? { ban: { since, until, reason } } : {}),
  };
}

function lineOf({ name, created, ban, deleted }: Account): string {
  const day = (time: number) => new Date(time).toISOString().slice(0, 16).replace("T", " ");
  if (deleted !== undefined) return `${name} deleted ${day(deleted)}`;
  const until = ban?.until === undefined ? "" : ` until ${day(ban.until)}`;
  const banned = ban ? `, banned${until}${ban.reason === undefined ? "" : `: ${showUntrusted(ban.reason)}`}` : "";
  return `${name} registered ${day(created)}${banned}`;
}
