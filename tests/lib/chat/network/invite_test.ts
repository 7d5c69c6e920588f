import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { type ChatNetwork, serveChat } from "../../../../lib/chat/mod.ts";
import { MAX_INVITATIONS, newInvitation } from "../../../../lib/chat/invite/invitations.ts";
import { NetworkAccounts } from "../../../../lib/chat/network/accounts/network_accounts.ts";
import { ATTACHMENTS } from "../../../../lib/chat/network/attachments.ts";
import type { SharedFact } from "../../../../lib/chat/server/shared_fact.ts";
import type { ChatState } from "../../../../lib/chat/server/state.ts";
import { NetworkError, UsageError } from "../../../../lib/core/mod.ts";
import { chatStage } from "../../../kit/chat_stage.ts";
import { ANY_PORT } from "../../../kit/irc.ts";

const HOUR = 3_600_000;

/** Makes a state that of a server of a network, whose log has room or not. */
function attach(state: ChatState, shared: SharedFact[], room: { left: boolean }) {
  state.network = {
    ...{ available: true, before: () => undefined, write: () => true, enter: () => {}, grantOperator: () => {} },
    ...{ logIn: () => Promise.resolve(), shareAccount: () => Promise.resolve(true), quit: () => {} },
    share: (fact) => room.left && shared.push(fact) > 0,
    close: () => Promise.resolve(),
  };
  return state.network;
}

Deno.test("network: a server invites neither too many clients nor any that the log has no room for", async () => {
  const cluster: ChatNetwork = { network: "test", [Symbol.asyncDispose]: () => Promise.resolve() };
  const accounts = new NetworkAccounts({
    add: () => Promise.resolve(undefined),
    update: () => Promise.resolve(undefined),
    read: () => Promise.resolve(undefined),
    watch: () => Promise.resolve(),
  });
  const shared: SharedFact[] = [];
  const room = { left: true };
  const states: ChatState[] = [];
  ATTACHMENTS.set(cluster, {
    accounts,
    cache: (file) => file,
    attach(state) {
      states.push(state);
      return attach(state, shared, room);
    },
  });
  await using chat = serveChat(ANY_PORT, { cluster, inviteOnly: true });
  const expires = Date.now() + HOUR;
  assertMatch(chat.invite({ expires }), /^\S{22}$/);
  assertEquals(shared.map(({ kind }) => kind), ["invitation"]);
  room.left = false;
  assertThrows(() => chat.invite({ expires }), NetworkError, "cannot create an invitation");
  room.left = true;
  for (const text of full(expires)) states[0]?.invitations.restore(text);
  assertThrows(() => chat.invite({ expires }), UsageError, "too many invitations");
  assertEquals(shared.length, 1);
});

Deno.test("network: INVITATION ADD and DEL tell an operator that the log has no room", async () => {
  const { state, come } = chatStage({ inviteOnly: true, operators: new Map([["root", "secret"]]) });
  const client = come();
  const { invitation, token } = newInvitation({ expires: Date.now() + HOUR });
  state.invitations.add(invitation, Date.now());
  for (const line of [`PASS ${token}`, "NICK ann", "USER u 0 * :r", "OPER root secret"]) await client.say(line);
  const shared: SharedFact[] = [];
  const room = { left: false };
  attach(state, shared, room);
  const said = async (line: string) => {
    client.heard();
    await client.say(line);
    return client.heard();
  };
  const id = invitation.hash.slice(0, 12);
  assertMatch(await said("INVITATION ADD 1h"), /The invitation cannot be stored now/);
  assertMatch(await said(`INVITATION DEL ${id}`), /The invitation cannot be revoked now/);
  assertEquals(shared, []);
  room.left = true;
  assertMatch(await said("INVITATION ADD 1h"), /: password \S{22}/);
  assertMatch(await said(`INVITATION DEL ${id}`), /is revoked/);
  assertEquals(shared.map(({ kind }) => kind), ["invitation", "moderation", "invitation-revoked", "moderation"]);
});

/** Returns as many stored invitations as are permitted. */
function full(expires: number): string[] {
  return Array.from({ length: MAX_INVITATIONS }, () => JSON.stringify(newInvitation({ expires }).invitation));
}
