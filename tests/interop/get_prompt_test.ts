import { assertEquals, assertMatch } from "@std/assert";
import { parseBasic } from "../../lib/http/internal.ts";
import { peerTest } from "../kit/peer.ts";
import { testSite } from "../kit/site.ts";
import { Terminal } from "../kit/tmux.ts";
import { toolArgs } from "../kit/tool.ts";

peerTest("Ctrl-C at the question for a password ends with 130", ["tmux"], async () => {
  const { program, args } = await toolArgs("get", ["--user", "me", "http://127.0.0.1:9/"]);
  await using terminal = await Terminal.open([
    "sh",
    "-c",
    '"$@"; echo " ended with $?"; read line',
    "sh",
    program,
    ...args,
  ]);
  await terminal.shows(/password of me: /);
  await terminal.press("C-c");
  assertMatch(await terminal.shows(/ended with \d+/), /password of me:\s+ended with 130/);
});

peerTest("get --user NAME asks a terminal for the password, and does not show it", ["tmux"], async () => {
  await using site = testSite({
    "/door": ({ headers }) => ({
      body: parseBasic(headers.get("authorization"))?.password === "s3cr\u00e9t" ? "in" : "out",
    }),
  });
  const { program, args } = await toolArgs("get", ["--user", "me", `${site.url}door`]);
  // The terminal lives as long as the shell, which waits for a line.
  await using terminal = await Terminal.open([
    "sh",
    "-c",
    '"$@"; echo " ended with $?"; read line',
    "sh",
    program,
    ...args,
  ]);
  await terminal.shows(/password of me: /);
  await terminal.type("s3cr\u00e9x");
  await terminal.press("BSpace");
  await terminal.enter("t");
  const screen = await terminal.shows(/ended with \d+/);
  assertMatch(screen, /password of me:\s+in ended with 0/);
  assertEquals(/s3c/.test(screen), false);
  assertEquals(site.requests.length, 1);
});
