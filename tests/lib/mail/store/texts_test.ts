import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { RegionFilter, regionOf } from "../../../../lib/mail/inbox/search/region.ts";
import { TextIndex } from "../../../../lib/mail/inbox/search/text_index.ts";
import { summaryOf } from "../../../../lib/mail/inbox/view.ts";
import { maildirStore } from "../../../../lib/mail/store/maildir/maildir_store.ts";
import { Store } from "../../../../lib/mail/store/store.ts";
import { withFolder } from "../../../kit/folder.ts";
import { pieces } from "../../../kit/mail_store.ts";

const NEVER = new AbortController().signal;
const ALL = { words: [], attachment: false, limit: undefined };

/** Adds a region of this many characters, or a few more, for each message of a store. */
function fill(index: TextIndex, ids: readonly string[], characters: number): void {
  for (const [i, id] of ids.entries()) {
    index.add(id, { region: `${"é".repeat(characters)} number${i} \u{1f600}\0`, attachments: i % 2 });
  }
}

async function find(index: TextIndex, ids: readonly string[], word: string): Promise<number[]> {
  const found = await index.search(new RegionFilter({ ...ALL, words: [word] }), ids, NEVER);
  return ids.flatMap((id, i) => found.has(id) ? [i] : []);
}

Deno.test("mail store: a search finds what a look at each message finds", async () => {
  const word = fc.constantFrom("a", "ab", "b", "é", "\u{1f600}", "x\x01y", "ba", "");
  const text = fc.array(word, { maxLength: 4 }).map((words) => words.join(" "));
  const message = fc.record({ subject: text, from: text, sender: text, text, attachments: fc.nat({ max: 1 }) });
  const filter = fc.record({
    words: fc.array(word.filter((one) => one !== "" && !one.includes("\x01")), { maxLength: 3 }),
    subject: fc.option(word.filter((one) => one !== ""), { nil: undefined }),
    from: fc.option(text, { nil: undefined }),
    attachment: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(message, { maxLength: 12 }),
      filter,
      fc.nat({ max: 12 }),
      async (messages, wanted, sealed) => {
        const index = new TextIndex();
        const clean = (part: string) => part.replaceAll("\x01", " ");
        for (const [i, { subject, from, sender, text, attachments }] of messages.entries()) {
          const mail = { id: `${i}`, received: 0, size: 0, from, to: ["to"] };
          const parsed = { subject, from: [{ name: "", address: sender }] };
          index.add(mail.id, { region: regionOf(summaryOf(mail, parsed), text), attachments });
          if (i === sealed) index.seal();
        }
        const ids = messages.map((_, i) => `${i}`);
        const found = await index.search(new RegionFilter(wanted), ids, NEVER);
        const meant = messages.flatMap(({ subject, from, sender, text, attachments }, i) => {
          const all = [subject, from, sender, "to", text].map(clean).join("\n");
          return wanted.words.every((one) => all.includes(one)) &&
              (wanted.subject === undefined ||
                clean(subject).includes(clean(wanted.subject)) && !wanted.subject.includes("\x01")) &&
              (wanted.from === undefined || [from, sender].map(clean).includes(wanted.from)) &&
              (!wanted.attachment || attachments > 0)
            ? [`${i}`]
            : [];
        });
        assertEquals([...found].sort(), meant.sort());
      },
    ),
    { seed: 20260101, numRuns: 1000 },
  );
});

/** Changes of the file of texts between two runs, and the number of messages, of 40, that are in it afterwards. */
for (
  const [what, change, left] of [
    ["nothing", () => {}, 40],
    ["its end is missing", (path) => Deno.truncateSync(path, Deno.statSync(path).size - 10), 30],
    ["it was removed", (path) => Deno.removeSync(path), 0],
    ["it is of another maildir", (path) => Deno.writeTextFileSync(path, `12345678 ["toucan.search",1,1]\n`), 0],
    ["it is a link", (path) => {
      Deno.renameSync(path, `${path}.elsewhere`);
      Deno.symlinkSync(`${path}.elsewhere`, path);
    }, 0],
  ] as const satisfies readonly [string, (path: string) => void, number][]
) {
  Deno.test(`mail store in a maildir: searches find all when of the file of texts ${what}`, () =>
    withFolder(async (folder) => {
      const path = `${folder}/toucan.search`;
      const ids: string[] = [];
      {
        await using store = await maildirStore(folder);
        assert(store instanceof Store);
        for (let i = 0; i < 40; i++) ids.push((await store.add({ from: "", to: [] }, pieces(`${i}`))).id);
        const index = new TextIndex(store.texts);
        // In chunks of ten.
        fill(index, ids, 110_000);
        index.seal();
        assertEquals([await find(index, ids, "number3 "), await find(index, ids, "é \u{1f600}")], [[3], []]);
        assertEquals((await find(index, ids, "number")).length, 40);
      }
      change(path);
      await using store = await maildirStore(folder);
      assert(store instanceof Store);
      const index = new TextIndex(store.texts);
      assertEquals(ids.filter((id) => index.has(id)).length, left);
      assertEquals((await find(index, ids, "number")).length, left);
      fill(index, ids, 110_000);
      assertEquals((await find(index, ids, "number")).length, 40);
      if (what !== "nothing") return;
      // Most of it is removed: the next run rewrites the file.
      const { size } = Deno.statSync(path);
      for (const id of ids.splice(0, 28)) {
        await store.remove(id);
        index.remove(id);
      }
      await store[Symbol.asyncDispose]();
      await using third = await maildirStore(folder);
      assert(third instanceof Store);
      const again = new TextIndex(third.texts);
      assertEquals((await find(again, ids, "number")).length, 10);
      assert(Deno.statSync(path).size < size / 2);
    }));
}
