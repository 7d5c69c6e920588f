import { Account, type FolderSpace } from "../account.ts";
import { Folder } from "../folder/folder.ts";
import { Quota } from "../folder/quota.ts";
import { Mailboxes } from "../mailboxes.ts";
import { Store } from "../store.ts";
import type { StoreOptions } from "../options.ts";
import { MemoryFiles } from "./memory_files.ts";

/** The folders of an account in memory. */
const SPACE: FolderSpace = {
  create: () => new MemoryFiles(),
  delete: (files) => void (files instanceof MemoryFiles && files.clear()),
  rename() {},
  subscribe() {},
};

/** Creates a store that keeps messages in memory, for as long as the process lives. */
export function memoryStore({ mailboxes = false, limits }: StoreOptions = {}): Store {
  const quota = new Quota(limits);
  const account = () => new Account(new Folder("INBOX", new MemoryFiles(), quota), SPACE, quota);
  const root = account();
  return new Store({
    root,
    mailboxes: mailboxes ? new Mailboxes(account) : undefined,
    quota,
    close() {
      for (const folder of root.all()) SPACE.delete(folder.files);
      return Promise.resolve();
    },
  });
}
