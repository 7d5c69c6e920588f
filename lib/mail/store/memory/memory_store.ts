import { Account, type FolderSpace } from "../account.ts";
import { MailParser } from "../../worker/parser.ts";
import { Folder, type FolderShare } from "../folder/folder.ts";
import { Quota } from "../folder/quota.ts";
import { Mailboxes } from "../mailboxes.ts";
import { Store } from "../store.ts";
import type { MailStore } from "../types.ts";
import type { StoreOptions } from "../options.ts";
import { MemoryFiles } from "./memory_files.ts";

/** Creates a store that keeps messages in memory, for as long as the process lives. */
export function memoryStore({ mailboxes = false, limits }: StoreOptions = {}): MailStore {
  const quota = new Quota(limits);
  const parser = new MailParser();
  const share: FolderShare = { quota, parser };
  const create = (name: string) => new Folder(name, new MemoryFiles(), share);
  const space: FolderSpace = { create, delete() {}, rename() {}, subscribe() {} };
  const root = new Account(create("INBOX"), space);
  const account = () => {
    const inbox = new Folder("INBOX", new MemoryFiles(), { ...share, origin: () => root.inbox });
    return new Account(inbox, space);
  };
  return new Store({
    root,
    mailboxes: mailboxes ? new Mailboxes(account) : undefined,
    quota,
    parser,
    close: () => Promise.resolve(),
  });
}
