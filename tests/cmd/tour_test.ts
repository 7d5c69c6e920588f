import { assertEquals, assertMatch } from "@std/assert";
import { peerTest } from "../kit/peer.ts";
import { Terminal } from "../kit/tmux.ts";
import { toolArgs } from "../kit/tool.ts";

/** Opens a tour in a terminal that shows its exit code. */
async function openTour(...words: readonly string[]): Promise<Terminal> {
  const { program, args } = await toolArgs("toucan", ["tour", ...words]);
  return await Terminal.open(["sh", "-c", '"$@"; echo "ended with $?"; read line', "sh", program, ...args]);
}

peerTest(
  "toucan tour hand: what is typed at a terminal crosses the wire, ? and Enter help, Ctrl-D leaves",
  ["tmux"],
  async () => {
    await using terminal = await openTour("hand");
    await terminal.shows(/HTTP> $/m);
    await terminal.enter("GET / HTTP/1.1");
    await terminal.shows(/──▶ server {2}GET \/ HTTP\/1\.1/);
    await terminal.enter("?");
    await terminal.shows(/^ +Host: localhost$/m);
    await terminal.enter("Host: here");
    await terminal.shows(/──▶ server {2}Host: here/);
    await terminal.press("Enter");
    await terminal.shows(/404 Not Found[^]*HTTP> $/m);
    await terminal.press("C-d");
    assertMatch(
      await terminal.shows(/ended with \d+/),
      /^left +toucan tcp +HTTP by hand[^]*^0 of 1 legs[^]*ended with 0/m,
    );
  },
);

peerTest("toucan tour --pause: q leaves", ["tmux"], async () => {
  await using terminal = await openTour("--pause", "mail");
  await terminal.shows(/press Enter for the next leg, or q and Enter to leave/);
  await terminal.enter("q");
  const screen = await terminal.shows(/ended with \d+/);
  assertMatch(screen, /^1 of 1 legs[^]*ended with 0/m);
  assertEquals(screen.match(/^ok /gm)?.length, 1);
});
