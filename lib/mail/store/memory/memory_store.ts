import { Account, type FolderSpace } from "../account.ts";
import { Folder } from "../folder/folder.ts";
import { Quota } from "../folder/quota.ts";
import { Mailboxes } from "../mailboxes.ts";
import { Store } from "../store.ts";
import type { MailStore } from "../types.ts";
import type { StoreOptions } from "../options.ts";
import { MemoryFiles } from "./memory_files.ts";

/** Creates a store that keeps messages in memory, for as long as the process lives. */
export function memoryStore({ mailboxes = false, limits }: StoreOptions = {}): MailStore {
  const quota = new Quota(limits);
  const create = (name: string) => new Folder(name, new MemoryFiles(), quota);
  const space: FolderSpace = { create, delete() {}, rename() {}, subscribe() {} };
  const account = () => new Account(create("INBOX"), space);
  const root = account();
  return new Store({
    root,
    mailboxes: mailboxes ? new Mailboxes(account) : undefined,
    quota,
    close: () => Promise.resolve(),
  });
}
