import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { joinChat } from "../../../../lib/chat/mod.ts";
import { NetworkError } from "../../../../lib/core/mod.ts";
import { toBase64 } from "../../../../lib/core/sasl/plain.ts";
import { PASSWORD, withAccounts } from "../../../kit/chat_accounts.ts";
import { chatServer, RawIrc } from "../../../kit/irc.ts";
import { scriptedIrc } from "../../../kit/scripted_irc.ts";

Deno.test("joinChat: logs in by SCRAM-SHA-256, and the password is neither sent nor traced", () =>
  withAccounts(["ann"], async (history) => {
    await using server = chatServer({ history });
    using ben = await RawIrc.in(server.address, "ben");
    const traced: string[] = [];
    const trace = ({ text }: { readonly text: string }) => void traced.push(text);
    await using ann = joinChat(server.addr, { nick: "annie", account: "ann", password: PASSWORD, trace });
    await ann.ready;
    await ben.say("WHOIS annie");
    await ben.hears(/ 330 ben annie ann :/);
    assert(traced.includes("AUTHENTICATE SCRAM-SHA-256"), traced.join("\n"));
    assertEquals(traced.filter((line) => line.includes(PASSWORD)), []);
    const wrong = joinChat(server.addr, { nick: "x", account: "ann", password: "wrong one" });
    await assertRejects(() => wrong.finished, NetworkError, "SASL authentication failed");
  }));

/** Answers of a server to the first message of SCRAM and to the second, and the error of the client. */
const IMPOSTORS:
  readonly (readonly [name: string, challenge: (nonce: string) => string, last: string, error: RegExp])[] = [
    ["accepts without a proof", (nonce) => `r=${nonce}x,s=QUJD,i=4096`, "v=AAAA", /has not proved/],
    ["has a nonce of its own", () => "r=other,s=QUJD,i=4096", "", /the nonce is not/],
    ["wants few iterations", (nonce) => `r=${nonce}x,s=QUJD,i=1`, "", /too few/],
    ["sends too much", () => "x".repeat(1900), "", /too long/],
  ];

for (const [name, challenge, last, error] of IMPOSTORS) {
  Deno.test(`joinChat: does not log in at a server that ${name}`, async () => {
    using server = scriptedIrc(async (scene) => {
      await scene.say(":s CAP * LS :sasl=PLAIN,SCRAM-SHA-256", ":s CAP * ACK :sasl", "AUTHENTICATE +");
      const first = atob((await scene.hears(/^AUTHENTICATE \S{20}/)).split(" ")[1] ?? "");
      const send = (text: string) =>
        scene.say(...(toBase64(text).match(/.{1,400}/g) ?? []).map((c) => `AUTHENTICATE ${c}`));
      await send(challenge(/r=(.*)/.exec(first)?.[1] ?? ""));
      if (last !== "") {
        await scene.hears(/^AUTHENTICATE \S{20}/);
        await send(last);
      }
      await scene.hears(/^AUTHENTICATE \*$/);
      await scene.say(":s 903 ann :yes", ":s 001 ann :hi");
    });
    await using ann = joinChat(server.addr, { nick: "ann", account: "ann", password: PASSWORD, reconnect: false });
    const failure = await assertRejects(() => ann.finished, NetworkError);
    assertMatch(failure.message, error);
  });
}
