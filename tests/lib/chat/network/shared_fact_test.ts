import { assert, assertEquals, assertThrows } from "@std/assert";
import { LoginLimit, SystemError } from "../../../../lib/core/mod.ts";
import { FileHistory } from "../../../../lib/chat/history/file_history.ts";
import { MemoryHistory } from "../../../../lib/chat/history/memory_history.ts";
import { NETWORK_RECORD } from "../../../../lib/chat/history/record_store.ts";
import { openChatInvitations } from "../../../../lib/chat/mod.ts";
import { applyFact } from "../../../../lib/chat/network/apply_fact.ts";
import { CHAT_LIMITS } from "../../../../lib/chat/server/options.ts";
import { CommitQueue } from "../../../../lib/chat/server/send/commit_queue.ts";
import type { SharedFact } from "../../../../lib/chat/server/shared_fact.ts";
import { ChatState } from "../../../../lib/chat/server/state.ts";
import { withFolder } from "../../../kit/folder.ts";

/** Creates the state of a server of a network, which applies facts of a time. */
function server(time: number) {
  const history = new MemoryHistory();
  const info = {
    ...{ name: "toucan.local", network: "Toucan", version: "test", replay: 20, logins: new LoginLimit() },
    ...{ operators: new Map(), operatorAccounts: new Set<string>() },
  };
  const commits = new CommitQueue(history, { paused: () => {}, failed: () => {} });
  const state = new ChatState(info, CHAT_LIMITS, history, commits);
  const shared: SharedFact[] = [];
  state.network = {
    ...{ available: true, before: () => undefined, write: () => true, enter: () => {}, grantOperator: () => {} },
    ...{ logIn: () => Promise.resolve(), shareAccount: () => Promise.resolve(true), quit: () => {} },
    applying: { time, nextId: () => "", nextPlace: () => 0 },
    share: (fact) => shared.push(fact) > 0,
    close: () => Promise.resolve(),
  };
  return { state, shared };
}

Deno.test("network: failed logins and registrations elsewhere count, not old ones, and own ones once", () => {
  const now = Date.now();
  for (
    const [time, own, counts] of [[now, false, true], [now, true, false], [now - 3_600_000, false, false]] as const
  ) {
    const { state } = server(time);
    for (let i = 0; i < 31; i++) {
      applyFact(state, { kind: "login-failed", address: "192.0.2.1", account: "ann" }, own);
      applyFact(state, { kind: "registered", address: "192.0.2.1" }, own);
    }
    const waits = [
      ...[state.guard.wait("192.0.2.1:5", "ben"), state.guard.wait("192.0.2.2:5", "ann")],
      ...[
        state.guard.wait("192.0.2.2:5", "ben"),
        state.registrations.wait("192.0.2.1:9"),
        state.info.logins.wait("192.0.2.1:7"),
      ],
    ];
    assertEquals(waits.map((wait) => wait > 0), [counts, counts, false, counts, counts], JSON.stringify({ time, own }));
  }
});

Deno.test("network: failures and registrations that a server reads at once do not add up to a long wait", () => {
  const { state } = server(Date.now());
  for (let i = 0; i < 200; i++) {
    applyFact(state, { kind: "login-failed", address: "192.0.2.1" }, false);
    applyFact(state, { kind: "registered", address: "192.0.2.1" }, false);
  }
  const waits = [state.guard.wait("192.0.2.1:5", "ann"), state.registrations.wait("192.0.2.1:5")];
  for (const [i, limit] of [6000, 600_000].entries()) {
    const wait = waits[i] ?? 0;
    assert(wait > 0 && wait <= limit, `${wait} ms`);
  }
});

Deno.test("network: a failed login is told to the others; an address only where it is not loopback", () => {
  const { state, shared } = server(Date.now());
  state.guard.failed("192.0.2.1:5", "ann");
  state.guard.failed("[2001:db8::7]:5");
  state.guard.failed("127.0.0.1:5", "ann");
  state.guard.failed("unix:/run/chat");
  assertEquals(shared, [
    { kind: "login-failed", address: "192.0.2.1", account: "ann" },
    { kind: "login-failed", address: "2001:db8::7", account: undefined },
    { kind: "login-failed", address: undefined, account: "ann" },
  ]);
});

Deno.test("network: an action of an operator has the time of its place in the log", () => {
  const { state } = server(7000);
  const text = JSON.stringify({ key: "", time: 5, action: "oper", by: "ann!u@h" });
  for (const one of [text, "{}", "not JSON"]) applyFact(state, { kind: "moderation", text: one }, false);
  assertEquals(state.audit.last(5), [{ time: 7000, action: "oper", by: "ann!u@h" }]);
});

Deno.test("network: invitations of a network are not those of a history file of it", () =>
  withFolder((folder) => {
    const path = `${folder}/chat.db`;
    {
      using history = new FileHistory(path);
      history.records.save(NETWORK_RECORD, "id", "{}");
      history.commit();
    }
    assertThrows(() => openChatInvitations(path), SystemError, "it belongs to a network of servers");
    return Promise.resolve();
  }));
