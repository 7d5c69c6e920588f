import { maildirStore } from "../../lib/mail/store/maildir/maildir_store.ts";
import { memoryStore } from "../../lib/mail/store/memory/memory_store.ts";
import type { StoreOptions } from "../../lib/mail/store/options.ts";
import type { MailFolder, MailStore } from "../../lib/mail/store/types.ts";
import { withFolder } from "./folder.ts";

/** Runs a test with a store of each kind. */
export function testStores(
  name: string,
  test: (open: (options?: StoreOptions) => Promise<MailStore>) => Promise<void>,
): void {
  Deno.test(`mail store in memory: ${name}`, () => test((options) => Promise.resolve(memoryStore(options))));
  Deno.test(`mail store in a maildir: ${name}`, () =>
    withFolder((folder) => test((options) => maildirStore(`${folder}/Maildir`, options))));
}

/** A message as the pieces that a store takes. */
export function pieces(text: string): Uint8Array[] {
  return [new TextEncoder().encode(text)];
}

/** Returns UIDs, texts and flags of a folder. */
export async function contents(folder: MailFolder): Promise<(readonly [uid: number, text: string, flags: string])[]> {
  const found: (readonly [number, string, string])[] = [];
  for (const { uid, flags } of folder.messages) {
    found.push([uid, new TextDecoder().decode(await folder.read(uid)), [...flags].join(" ")]);
  }
  return found;
}
