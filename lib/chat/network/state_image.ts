import { readClientLine } from "../codec/client_line.ts";
import { writeIrcMessage } from "../codec/message.ts";
import { foldName } from "../codec/names.ts";
import { formatChannel, parseChannel } from "../server/channel/saved_channel.ts";
import type { Channel } from "../server/channel/channel.ts";
import type { Session } from "../server/client/session.ts";
import { formatServerBan, parseServerBan } from "../server/moderation/server_ban.ts";
import type { ChatState } from "../server/state.ts";
import type { NetworkAccounts } from "./accounts/network_accounts.ts";
import type { MemberKey, SnapshotRecord } from "./codec/snapshot.ts";
import { captureFacts, restoreFact } from "./fact_image.ts";
import { RemoteSession } from "./remote_session.ts";

/** Server of the network. */
export interface NetworkServer {
  /** Its name. */
  readonly name: string;
  /** Number of its next event. */
  next: number;
  /** Its clients by their numbers. */
  readonly members: Map<number, Session>;
}

/** Servers of a network by their ids. */
export type NetworkServers = Map<string, NetworkServer>;

type MemberRecord = SnapshotRecord & { readonly kind: "member" };

const NOBODY: Channel["members"] = new Map();

/** Returns the records of a state, without the lines of its history; they are independent of later changes. */
export function captureState(
  state: ChatState,
  servers: NetworkServers,
  accounts: Pick<NetworkAccounts, "names" | "deleted">,
  place: number,
): SnapshotRecord[] {
  const keys = new Map<Session, MemberKey>();
  const records: SnapshotRecord[] = [{ kind: "state", place }];
  for (const [id, { name, next, members }] of servers) {
    records.push({ kind: "server", id, name, next });
    for (const [member, session] of members) {
      const key = [id, member] as const;
      keys.set(session, key);
      const channels = [...state.channelsOf(session)].map(({ key }) => key);
      records.push({ ...memberRecord(session, key), channels });
    }
  }
  for (const channel of [...state.channels.values(), ...state.store.kept]) {
    const members = [...channel.members].flatMap(([session, rank]) => {
      const [server, member] = keys.get(session) ?? [];
      const spoke = channel.slow === undefined ? 0 : channel.spokeAt(session);
      return server === undefined || member === undefined ? [] : [[server, member, rank, spoke] as const];
    });
    const invited = [...channel.invited].flatMap((session) => {
      const key = keys.get(session);
      return key ? [key] : [];
    });
    records.push({ kind: "channel", state: formatChannel(channel, NOBODY), members, invited });
  }
  for (const { parsed: _, ...ban } of state.bans.all) records.push({ kind: "ban", text: formatServerBan(ban) });
  for (const [key, name] of accounts.names) records.push({ kind: "account", account: key, name });
  for (const account of accounts.deleted) records.push({ kind: "account-deleted", account });
  records.push(...captureFacts(state));
  return records;
}

/** Restores records into a state without members and channels; returns the position of the last line of the history. */
export function restoreState(
  state: ChatState,
  servers: NetworkServers,
  accounts: Pick<NetworkAccounts, "log" | "logDeletion">,
  records: Iterable<SnapshotRecord>,
): number {
  let place = 0;
  const order = new Map<Session, readonly string[]>();
  const find = ([server, member]: readonly [string, number, ...unknown[]]) => servers.get(server)?.members.get(member);
  for (const record of records) {
    switch (record.kind) {
      case "state":
        place = record.place;
        break;
      case "server":
        servers.set(record.id, { name: record.name, next: record.next, members: new Map() });
        break;
      case "member": {
        const { key: [id, member] } = record;
        const server = servers.get(id);
        if (!server) break;
        const session = restoreMember(state, server.name, record);
        server.members.set(member, session);
        order.set(session, record.channels);
        break;
      }
      case "channel":
        restoreChannel(state, record, find);
        break;
      case "ban": {
        const ban = parseServerBan(record.text);
        if (ban) state.bans.add(ban);
        break;
      }
      case "account":
        accounts.log(record.account, record.name);
        break;
      case "account-deleted":
        accounts.logDeletion(record.account);
        break;
      case "markers":
      case "invitation":
      case "moderation":
        restoreFact(state, record);
        break;
      case "line":
        state.history.add(record.entry);
    }
  }
  for (const [session, channels] of order) state.orderChannels(session, channels);
  return place;
}

function memberRecord(session: Session, key: MemberKey): Omit<MemberRecord, "channels"> {
  const { nick, user = "", realname, info: { host, secure }, since, account, away, capabilities } = session;
  return {
    kind: "member",
    key,
    identity: { nick, user, realname, host, secure, since, account, away, capabilities: [...capabilities].sort() },
    modes: [...session.modes].sort().join(""),
    spoke: session.spoke,
    said: [...session.said],
    batch: session.multiline.messages.map(({ tags, command, params }) => writeIrcMessage({ tags, command, params })),
  };
}

function restoreMember(
  state: ChatState,
  server: string,
  record: MemberRecord,
): Session {
  const { identity, modes, spoke, said, batch } = record;
  const session = new RemoteSession(identity, server);
  session.rename(identity.nick);
  for (const mode of modes) state.userModes.set(session, mode);
  session.spoke = spoke;
  for (const [id, target] of said) session.said.set(id, target);
  for (const line of batch) {
    const message = readClientLine(line);
    if (!("problem" in message)) session.multiline.take(message);
  }
  state.sessions.add(session);
  state.nicks.set(foldName(identity.nick), session);
  state.enter(session);
  return session;
}

function restoreChannel(
  state: ChatState,
  { state: text, members, invited }: SnapshotRecord & { readonly kind: "channel" },
  find: (key: readonly [string, number, ...unknown[]]) => Session | undefined,
): void {
  const channel = parseChannel(text);
  if (!channel) return;
  if (members.length === 0) return state.store.keep(channel);
  state.channels.set(channel.key, channel);
  for (const [server, member, rank, spoke] of members) {
    const session = find([server, member]);
    if (!session) continue;
    state.join(session, channel, rank);
    if (spoke > 0) channel.setSpokeAt(session, spoke);
  }
  for (const key of invited) {
    const session = find(key);
    if (session) state.invited.add(session, channel);
  }
}
