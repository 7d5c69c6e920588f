import { assert, assertEquals, assertMatch } from "@std/assert";
import { plainMessage } from "../../../../lib/core/sasl/plain.ts";
import { FileHistory } from "../../../../lib/chat/history/file_history.ts";
import { PASSWORD, withAccounts } from "../../../kit/chat_accounts.ts";
import { chatStage, type StagedClient } from "../../../kit/chat_stage.ts";

const REMOTE = { host: "192.0.2.7", peer: "192.0.2.7:1234", local: false };

async function said(client: StagedClient, ...lines: readonly string[]): Promise<string> {
  for (const line of lines) await client.say(line);
  return client.heard();
}

/** Where a client is, and whether its passwords are accepted. */
const PLACES = [
  ["of this machine", {}, false, true],
  ["of another machine, over TLS", { ...REMOTE, secure: true }, false, true],
  ["of another machine, without TLS", REMOTE, false, false],
  ["of another machine, without TLS, where that is allowed", REMOTE, true, true],
] as const;

for (const [name, place, plaintextLogin, accepted] of PLACES) {
  Deno.test(`accounts: passwords of a client ${name} are ${accepted ? "accepted" : "refused"}`, () =>
    withAccounts(["ann"], async (path) => {
      using history = new FileHistory(path);
      const { come } = chatStage({ plaintextLogin }, history);
      const client = come(place);
      const offered = await said(client, "CAP LS 302", "CAP REQ sasl", "NICK guest", "USER u 0 * :r", "CAP END");
      assertEquals(/sasl=PLAIN,SCRAM-SHA-256 /.test(offered), accepted, offered);
      assertEquals(/sasl=SCRAM-SHA-256 /.test(offered), !accepted, offered);
      const [sasl, nickserv, register] = [
        await said(client, "AUTHENTICATE PLAIN", `AUTHENTICATE ${plainMessage("ann", "wrong one")}`),
        await said(client, `NS IDENTIFY ann ${PASSWORD.replace(" ", "-")}`),
        await said(client, `REGISTER * * :short`),
      ];
      if (accepted) {
        assertMatch(sasl, / 904 guest :SASL authentication failed\r\n/);
        assertMatch(nickserv, /Invalid account or password/);
        assertMatch(register, / FAIL REGISTER WEAK_PASSWORD /);
      } else {
        assertMatch(sasl, / 908 guest SCRAM-SHA-256 :.*\r\n.* 904 guest :.*must not be sent without TLS/);
        assertMatch(nickserv, /A password must not be sent without TLS/);
        assertMatch(register, / FAIL REGISTER TLS_REQUIRED /);
      }
      assertEquals(client.session.account, undefined);
    }));
}

Deno.test("accounts: registrations of one address are limited, those of others and of this machine are not", async () => {
  const { state, come } = chatStage();
  const secure = { ...REMOTE, secure: true };
  for (let n = 0; n < 20; n++) state.registrations.failed(secure.peer);
  const register = async (place: Parameters<typeof come>[0], nick: string) => {
    const client = come(place);
    return await said(client, `NICK ${nick}`, "USER u 0 * :r", `REGISTER * * :${PASSWORD}`);
  };
  assertMatch(await register(secure, "ann"), / FAIL REGISTER TEMPORARILY_UNAVAILABLE .*from your address/);
  assertMatch(await register({ ...secure, peer: "198.51.100.1:1" }, "ben"), / REGISTER SUCCESS ben /);
  assertMatch(await register({}, "cleo"), / REGISTER SUCCESS cleo /);
  assert(state.accounts.find("ann") === undefined);
});

Deno.test("accounts: changes of a password are limited, and the old one no longer logs in", async () => {
  const { come } = chatStage();
  const ann = come();
  const lines = ["NICK ann", "USER u 0 * :r", `NS REGISTER first-password`, "NS SET PASSWORD second-password"];
  assertMatch(await said(ann, ...lines), /The password of ann was changed/);
  const ben = come();
  const tried = ["NICK ben", "USER u 0 * :r", "NS IDENTIFY ann first-password"];
  assertMatch(await said(ben, ...tried), /Invalid account or password/);
  assertMatch(await said(ben, "NS IDENTIFY ann second-password"), / 900 ben \S+ ann :/);
  const changes = Array.from({ length: 5 }, (_, n) => `NS SET PASSWORD password-${n}`);
  assertMatch(await said(ann, ...changes), /Too many changes, try again in a minute/);
});

Deno.test("nicknames: one that becomes reserved before its client has registered is taken from it, also by the owner", async () => {
  const { state, come } = chatStage();
  const [early, late, owner] = [come(), come(), come()];
  assertEquals(await said(early, "NICK ann"), "");
  assertEquals(await said(late, "NICK ben"), "");
  await state.accounts.add("ann", PASSWORD);
  await state.accounts.add("ben", PASSWORD);
  assertMatch(await said(early, "USER u 0 * :r"), / 433 ann ann :Nickname is reserved by a different account/);
  assertMatch(await said(early, "NICK guest"), / 001 guest /);
  const lines = ["CAP REQ sasl", "NICK ben", "USER u 0 * :r", "AUTHENTICATE PLAIN"];
  await said(owner, ...lines, `AUTHENTICATE ${plainMessage("ben", PASSWORD)}`);
  assertMatch(await said(owner, "CAP END"), / 001 ben /);
  assertMatch(late.heard(), / 433 ben ben :/);
  assertMatch(await said(late, "NICK guest2", "USER u 0 * :r"), / 001 guest2 /);
});
