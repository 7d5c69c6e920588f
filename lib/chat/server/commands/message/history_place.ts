import { isNick } from "../../../codec/names.ts";
import { talkKey } from "../../../history/codec/talk_key.ts";
import type { Session } from "../../client/session.ts";
import type { ChatState } from "../../state.ts";

/** Limit of private conversations that a client is told of, or that one search covers. */
const MAX_TALKS = 50;

/** Channel or private conversation whose history a client may read. */
export interface HistoryPlace {
  /** Key in the history. */
  readonly key: string;
  /** Name of the channel, or nickname of the other user. */
  readonly name: string;
  /** Incarnation of the channel, whose restricted messages are included. */
  readonly only: string;
}

/**
 * Returns the place of a target: a channel that the client has joined or, for a client that is logged in, its
 * conversation with another account. The nickname of a user who is not connected is the name of the account.
 */
export function placeOf(state: ChatState, session: Session, target: string): HistoryPlace | undefined {
  const channel = state.channel(target);
  if (channel) {
    return channel.members.has(session)
      ? { key: channel.key, name: channel.name, only: channel.incarnation }
      : undefined;
  }
  if (session.account === undefined || !isNick(target)) return undefined;
  const other = state.find(target);
  const account = other ? other.account : target;
  return account === undefined ? undefined : talk(session.account, account, other?.nick ?? target);
}

/** Returns all places whose history a client may read. */
export function placesOf(state: ChatState, session: Session): HistoryPlace[] {
  const channels = [...state.channelsOf(session)].map(({ key, name, incarnation }) => ({
    key,
    name,
    only: incarnation,
  }));
  const { account } = session;
  if (account === undefined) return channels;
  const nicks = new Map([...state.nicks.values()].map((other) => [other.account?.toLowerCase(), other.nick]));
  return [
    ...channels,
    ...state.history.talks(account.toLowerCase(), MAX_TALKS).map((other) =>
      talk(account, other, nicks.get(other) ?? other)
    ),
  ];
}

function talk(account: string, other: string, name: string): HistoryPlace {
  return { key: talkKey(account, other), name, only: "" };
}
