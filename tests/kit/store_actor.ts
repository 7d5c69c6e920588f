/**
 * Changes a maildir until it is killed: `store_actor.ts FOLDER SEED`. Writes a line for each change that was acknowledged, with the
 * UIDVALIDITY and UID of what it is about.
 * @module
 */
import { maildirStore } from "../../lib/mail/store/maildir/maildir_store.ts";
import type { FolderMail, MailFolder } from "../../lib/mail/store/types.ts";

const [folder = "", seed = "1"] = Deno.args;
await using store = await maildirStore(folder, { mailboxes: true });
const account = store.account();
const other = account.folder("other") ?? await account.create("other");
const encoder = new TextEncoder();
let state = Number(seed);

function random(below: number): number {
  state = Math.imul(state, 1_103_515_245) + 12_345 & 0x7fffffff;
  return state % below;
}

function say(what: string, { name, uidValidity }: MailFolder, { uid, mail }: Pick<FolderMail, "uid" | "mail">): void {
  Deno.stdout.writeSync(encoder.encode(`${JSON.stringify([what, name, uidValidity, uid, mail.id])}\n`));
}

// Shown is what a client may have seen.
const bob = store.account("bob@x").inbox;
for (const [name, watched] of [["", account.inbox], ["", other], ["bob ", bob]] as const) {
  watched.watch((change) => {
    if ("added" in change) say(`${name}shown`, watched, change.added);
  });
}
for (let i = 0;; i++) {
  const one = account.inbox.messages[random(account.inbox.count || 1)];
  switch (one ? random(6) : 0) {
    case 0:
    case 1: {
      const { id } = await store.add({ from: "", to: ["bob@x"] }, [
        encoder.encode(`Subject: ${i}\r\n\r\n${"x".repeat(random(5000))}`),
      ]);
      const uid = account.inbox.messages.find(({ mail }) => mail.id === id)?.uid ?? 0;
      say("added", account.inbox, { uid, mail: { from: "", to: [], received: 0, size: 0, id } });
      break;
    }
    case 2:
      if (one) await account.inbox.setFlags(one.uid, one.flags.has("\\Seen") ? ["k"] : ["\\Seen"]);
      break;
    case 3:
      if (one) await account.inbox.copy([one.uid], other);
      break;
    case 4:
      if (!one || account.inbox.count < 5) break;
      say("removing", account.inbox, one);
      await account.inbox.move([one.uid], other);
      break;
    default:
      if (!one || account.inbox.count < 5) break;
      say("removing", account.inbox, one);
      await account.inbox.remove([one.uid]);
  }
}
