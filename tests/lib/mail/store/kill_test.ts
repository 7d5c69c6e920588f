import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { maildirStore } from "../../../../lib/mail/store/maildir/maildir_store.ts";
import { withFolder } from "../../../kit/folder.ts";

const ACTOR = new URL("../../../kit/store_actor.ts", import.meta.url).href;
/** Lines after which a process is killed, each with the seed of what it does. */
const POINTS = fc.sample(fc.tuple(fc.nat({ max: 400 }), fc.integer({ min: 1, max: 1 << 30 })), {
  seed: 20260101,
  numRuns: 12,
});

/** Runs an actor until it has said so much, kills it, and returns the whole lines that it has written. */
async function act(folder: string, [lines, seed]: readonly [number, number]): Promise<string[]> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "-A", ACTOR, folder, `${seed}`],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let text = "";
  for await (const piece of process.stdout.pipeThrough(new TextDecoderStream())) {
    const before = text.split("\n").length;
    text += piece;
    if (before <= lines && text.split("\n").length > lines) process.kill("SIGKILL");
  }
  assertEquals((await process.status).signal, "SIGKILL");
  return text.split("\n").slice(0, -1);
}

Deno.test("mail store in a maildir: a kill loses nothing acknowledged, and no UID is that of another message afterwards", () =>
  withFolder(async (folder) => {
    const shown = new Map<string, string>();
    const added = new Set<string>();
    for (const point of POINTS) {
      for (const line of await act(folder, point)) {
        const [what, name, validity, uid, id]: [string, string, number, number, string] = JSON.parse(line);
        if (what === "removing") added.delete(id);
        else {
          const key = [what.startsWith("bob") ? "bob" : "", name, validity, uid].join();
          assertEquals(shown.get(key) ?? id, id, `${key} after ${point}`);
          shown.set(key, id);
          if (what === "added") added.add(id);
        }
      }
      await using store = await maildirStore(folder, { mailboxes: true });
      const account = store.account();
      for (const id of added) assert(store.get(id), `${id} is lost after ${point}`);
      const { inbox } = store.account("bob@x");
      for (const id of added) assert(inbox.messages.some(({ mail }) => mail.id === id), `${id} is not in the mailbox`);
      for (const [prefix, one] of [["", account.inbox], ["", account.folder("other")], ["bob", inbox]] as const) {
        for (const { uid, mail } of one?.messages ?? []) {
          const key = [prefix, one?.name, one?.uidValidity, uid].join();
          assertEquals(shown.get(key) ?? mail.id, mail.id, `${key} after ${point}`);
          shown.set(key, mail.id);
          assertEquals((await one?.read(uid))?.length, mail.size);
        }
      }
    }
    // All in one UIDVALIDITY: the indexes were good after each kill.
    assertEquals(new Set([...shown.keys()].map((key) => key.split(",").slice(0, 3).join())).size, 3);
  }));
