import { fromSystem } from "../../../core/mod.ts";
import type { Account } from "../account.ts";
import { MailParser } from "../../worker/parser.ts";
import { Quota } from "../folder/quota.ts";
import { Mailboxes, recipients } from "../mailboxes.ts";
import type { StoreOptions } from "../options.ts";
import { Store } from "../store.ts";
import type { MailStore } from "../types.ts";
import { addressOfPath, mailboxPath } from "./folder_path.ts";
import { Follower } from "./follower.ts";
import { openFolder } from "./look_into.ts";
import { discoverFolders, makeAccount, openAccount } from "./maildir_account.ts";
import { TextFile } from "./text_file.ts";
import { MaildirFolder, type MaildirFolderOptions } from "./maildir_folder.ts";

/** Folder of the mailboxes in a maildir. */
const MAILBOXES = "mailboxes";

/**
 * Opens a store that keeps messages in a maildir, and creates it if it is missing. Messages that are there already, also those that another
 * program has moved to `cur`, are there from the start. What other programs do later (deliver, move to `cur`, set flags, delete) is
 * followed within a second or so; a message keeps its id then. The mailboxes of recipients are maildirs of their own below it, with links
 * to the same files.
 *
 * Needs read and write permission for the folder.
 *
 * @throws {SystemError} When it cannot be created, read or written.
 */
export async function maildirStore(
  directory: string,
  { mailboxes = false, limits }: StoreOptions = {},
): Promise<MailStore> {
  const quota = new Quota(limits);
  const parser = new MailParser();
  const opened: Account[] = [];
  const close = async () => {
    for (const folder of maildirs(opened)) await folder.close();
  };
  try {
    const root = await openAccount(directory, { quota, parser, keepOpen: true });
    opened.push(root);
    // Fails where the sandbox permits no files: no message could be stored.
    (await openFolder(`${directory}/new`))?.close();
    const options: MaildirFolderOptions = { quota, parser, known: (id) => root.inbox.find(id)?.mail };
    const boxes = mailboxes
      ? await openMailboxes(directory, root, { ...options, origin: () => root.inbox }, opened)
      : undefined;
    const follower = new Follower(async () => {
      for (const account of opened) {
        const { inbox } = account;
        if (inbox instanceof MaildirFolder) await discoverFolders(account, inbox.directory, options).catch(() => {});
      }
    }, () => maildirs(opened));
    const texts = root.inbox instanceof MaildirFolder ? new TextFile(root.inbox) : undefined;
    return new Store({
      ...{ root, quota, parser, mailboxes: boxes, texts },
      async close() {
        texts?.[Symbol.dispose]();
        await follower.stop();
        await close();
      },
    });
  } catch (error) {
    await close();
    throw fromSystem(error, { doing: "keep mail in", what: directory });
  }
}

function* maildirs(accounts: Iterable<Account>): Generator<MaildirFolder> {
  for (const account of accounts) {
    for (const folder of account.all()) if (folder instanceof MaildirFolder) yield folder;
  }
}

/** Opens the mailboxes of recipients, and delivers what was not delivered before. */
async function openMailboxes(
  directory: string,
  root: Account,
  options: MaildirFolderOptions,
  opened: Account[],
): Promise<Mailboxes> {
  const { inbox } = root;
  const within = `${directory}/${MAILBOXES}`;
  const deliveredTo = (account: Account, uid: number) => {
    if (account.inbox instanceof MaildirFolder) account.inbox.index.delivered = [inbox.uidValidity, uid];
  };
  const boxes = new Mailboxes((address) => {
    const path = mailboxPath(address);
    if (path === undefined) throw new RangeError("the address is too long for a name of a folder");
    const made = makeAccount(`${within}/${path}`, options);
    deliveredTo(made, 0);
    opened.push(made);
    return made;
  }, deliveredTo);
  await Deno.mkdir(within, { recursive: true, mode: 0o700 });
  for await (const { name, isDirectory } of Deno.readDir(within)) {
    const address = isDirectory ? addressOfPath(name) : undefined;
    if (address === undefined) continue;
    const account = await openAccount(`${within}/${name}`, options);
    opened.push(account);
    boxes.take(address, account);
  }
  // Where the UIDs of the store are others, nothing is known; what was removed does not come back.
  const before = new Map([...boxes.accounts.values()].map((account) => {
    const [validity, uid] = account.inbox instanceof MaildirFolder ? account.inbox.index.delivered ?? [] : [];
    return [account, validity === inbox.uidValidity ? uid ?? 0 : Infinity];
  }));
  for (const { uid, mail } of inbox.messages) {
    for (const address of recipients(mail)) boxes.deliverTo(address, uid, mail, inbox.files, before);
  }
  await boxes.flush();
  return boxes;
}
