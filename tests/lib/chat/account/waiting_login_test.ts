import { assertEquals } from "@std/assert";
import type { LoginResult } from "../../../../lib/chat/account/accounts.ts";
import { ChatClient } from "../../../../lib/chat/server/client/client_connection.ts";
import { Connection } from "../../../../lib/core/mod.ts";
import { saslPlain } from "../../../kit/chat_accounts.ts";
import { chatStage } from "../../../kit/chat_stage.ts";
import { FakeTime } from "../../../kit/fake_time.ts";

Deno.test("login: the time that it waits for others does not count for the registration", async () => {
  using time = new FakeTime();
  const { state } = chatStage();
  const login = Promise.withResolvers<LoginResult>();
  const end = Promise.withResolvers<null>();
  state.accounts.login = () => login.promise;
  let input = new TextEncoder().encode(["CAP REQ sasl", "NICK ann", ...saslPlain("ann")].join("\r\n") + "\r\n");
  const transport = {
    read(into: Uint8Array) {
      if (input.length === 0) return end.promise;
      const count = Math.min(into.length, input.length);
      into.set(input.subarray(0, count));
      input = input.subarray(count);
      return Promise.resolve(count);
    },
    write: (bytes: Uint8Array) => Promise.resolve(bytes.length),
    closeWrite: () => Promise.resolve(),
    close() {},
  };
  const connection = new Connection(transport, { peer: "h:1", local: "h:2", remote: "127.0.0.1:1" });
  const client = new ChatClient(state, connection);
  const done = client.run();
  const gone = async (after: number) => {
    await time.pass(after);
    client.checkTimeouts(performance.now());
    await time.turn();
    return client.session.gone;
  };
  assertEquals(await gone(100), false);
  assertEquals(client.session.busy !== undefined, true);
  assertEquals(await gone(60_000), false);
  login.resolve("wrong");
  assertEquals(await gone(29_000), false);
  assertEquals(await gone(2000), true);
  end.resolve(null);
  await time.pass(5000);
  await done;
});
