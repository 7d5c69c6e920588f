import { flag, kind, option, verb } from "../../lib/cli/mod.ts";
import { pathsOfHistory } from "../../lib/chat/internal.ts";
import { NegativeError, UsageError } from "../../lib/core/mod.ts";
import { INVITATIONS_LAYOUT } from "./layout.ts";
import { INVITATION_NETWORK_OPTIONS, networkInvitationsOf } from "./network.ts";
import { INVITATION_RECORDS } from "./records.ts";

const ACTIONS = ["add", "list", "revoke"] as const;
const DAY_MS = 86_400_000;

/** `chat invitation`. */
export const invitation = verb({
  summary: "manage the invitations to a chat, in its history file or in a network",
  description:
    "Works while servers run. With --nats the invitations are those of a network of servers, and FILE is omitted. An invitation admits clients to a server that was started with --invite: " +
    "its token is the password. Only a hash of it is stored, so add prints it once. Clients that were " +
    "admitted before an invitation is revoked stay.",
  operands: [
    { metavar: "ACTION", help: ACTIONS.join(", "), kind: kind.choice(...ACTIONS), complete: [...ACTIONS] },
    { metavar: "FILE", help: "the history file of the server; not with --nats", optional: true, complete: "file" },
    { metavar: "ID", help: "with revoke: the invitation", optional: true },
  ],
  options: {
    "for": option(kind.duration, "with add: duration for which it is valid (default: 24h)"),
    "once": flag("with add: admit one client only"),
    ...INVITATION_NETWORK_OPTIONS,
    "json": flag("one JSON record for each invitation"),
  },
  records: INVITATION_RECORDS,
  examples: [
    { line: "chat invitation add chat.db --for 2h --once", does: "admit one client within two hours" },
    { line: "chat invitation list chat.db", does: "list the invitations that are valid" },
    { line: "chat invitation add --nats nats://127.0.0.1:4222", does: "invite to the servers of a network" },
  ],
  layout: INVITATIONS_LAYOUT,
  exits: [1, 3, 5],
  needs: ({ options, operands: [, file] }) => {
    const paths = file === undefined || options.nats !== undefined ? [] : pathsOfHistory(file);
    return { read: paths, write: paths, env: ["TOUCAN_*"] };
  },
  async run({ options, operands: [action = "", ...rest], output }) {
    const { openChatInvitations } = await import("../../lib/chat/mod.ts");
    const [file = "", id = ""] = options.nats === undefined ? rest : ["", ...rest];
    if (options.nats === undefined && file === "") {
      throw new UsageError("FILE is missing: expected the history file of the server, or --nats");
    }
    if (options.nats !== undefined && rest.length > 1) throw new UsageError("FILE cannot be combined with --nats");
    if ((id !== "") !== (action === "revoke")) {
      throw new UsageError(action === "revoke" ? "revoke requires an ID" : `${action} has no ID`);
    }
    if (action !== "add" && (options.for !== undefined || options.once)) {
      throw new UsageError(`${options.once ? "--once" : "--for"} requires add`);
    }
    await using network = await networkInvitationsOf(options);
    using stored = network ? undefined : openChatInvitations(file);
    const invitations = network ?? stored;
    if (!invitations) return;
    if (action === "revoke") {
      if (!await invitations.revoke(id)) {
        throw new NegativeError(`cannot revoke invitation ${id}: it does not exist`, { code: "invitation-missing" });
      }
      return output.json ? output.record({ id }) : output.line(`${id} revoked`);
    }
    const found = action === "list"
      ? invitations.list()
      : [await invitations.create({ expires: Date.now() + (options.for ?? DAY_MS), once: options.once })];
    for (const one of found) {
      const { expires, once } = one;
      const token = "token" in one && typeof one.token === "string" ? one.token : undefined;
      if (output.json) output.record({ id: one.id, expires, once, ...(token === undefined ? {} : { token }) });
      else {
        const until = new Date(expires).toISOString().slice(0, 16).replace("T", " ");
        output.line(
          `${one.id} until ${until}${once ? ", for one client" : ""}${token === undefined ? "" : `: ${token}`}`,
        );
      }
    }
  },
});
