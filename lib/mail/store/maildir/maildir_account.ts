import { createOwnFile, fromSystem, renameFile, UsageError, writeAllSync } from "../../../core/mod.ts";
import { readOwnFile } from "../../../core/files/own_file.ts";
import { Account, type FolderSpace } from "../account.ts";
import type { Folder } from "../folder/folder.ts";
import { isFolderName } from "../folder/names.ts";
import { folderPath, nameOfPath } from "./folder_path.ts";
import { MaildirFolder, type MaildirFolderOptions } from "./maildir_folder.ts";

/** File of the names of the subscribed folders, one a line, as dovecot has it. */
const SUBSCRIPTIONS = "subscriptions";
const MAX_SUBSCRIPTIONS = 1 << 20;
/** Folders of an account that are looked at. */
const MAX_FOLDERS = 1000;

/** Opens the account of a maildir: its inbox, and its folders (Maildir++). */
export async function openAccount(directory: string, options: MaildirFolderOptions): Promise<Account> {
  const inbox = await MaildirFolder.open("INBOX", directory, options);
  const account = accountOf(inbox, options);
  await discoverFolders(account, directory, options);
  return account;
}

/** Creates the account of a mailbox that has no messages yet. */
export function makeAccount(directory: string, options: MaildirFolderOptions): Account {
  return accountOf(MaildirFolder.make("INBOX", directory, options), options);
}

/** Takes in the folders that other programs have made, and drops those that they have removed. */
export async function discoverFolders(
  account: Account,
  directory: string,
  options: MaildirFolderOptions,
): Promise<void> {
  const present = new Set<string>();
  for await (const { name: path, isDirectory } of Deno.readDir(directory)) {
    const name = isDirectory ? nameOfPath(path) : undefined;
    if (name !== undefined) present.add(name);
    if (name === undefined || !isFolderName(name) || account.folder(name) || account.folders().length >= MAX_FOLDERS) {
      continue;
    }
    const folder = await MaildirFolder.open(name, `${directory}/${path}`, ofFolder(options));
    // It may have been created here meanwhile.
    if (account.folder(name)) await folder.close();
    else account.take(folder);
  }
  for (const name of account.folders()) {
    const folder = present.has(name) ? undefined : account.folder(name);
    if (!(folder instanceof MaildirFolder) || folder === account.inbox) continue;
    // One that is renamed here is not at its old path, and learns of the new one right after: it is gone when it is twice not there.
    if (!await isGone(folder) || !await isGone(folder) || account.folder(name) !== folder) continue;
    folder.index.drop();
    account.drop(folder);
  }
}

async function isGone({ directory }: MaildirFolder): Promise<boolean> {
  try {
    await Deno.lstat(directory);
    return false;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

function accountOf(inbox: MaildirFolder, options: MaildirFolderOptions): Account {
  const { directory } = inbox;
  return new Account(inbox, space(directory, ofFolder(options)), readSubscriptions(directory));
}

/** Options of folders that are not an inbox: they are not kept open, and their messages are their own. */
function ofFolder(options: MaildirFolderOptions): MaildirFolderOptions {
  return { ...options, keepOpen: false, origin: undefined };
}

function space(directory: string, options: MaildirFolderOptions): FolderSpace {
  return {
    async create(name) {
      const path = pathOf(directory, name);
      return await attempt("create", path, async () => {
        const folder = await MaildirFolder.open(name, path, options);
        markFolder(path);
        return folder;
      });
    },
    async delete(folder) {
      const { directory: path, index } = maildirOf(folder);
      index.drop();
      await attempt("remove", path, () => Deno.remove(path, { recursive: true }));
    },
    async rename(folder, to) {
      const maildir = maildirOf(folder);
      const path = pathOf(directory, to);
      await attempt("rename", maildir.directory, () => renameFile(maildir.directory, path));
      maildir.directory = path;
    },
    async subscribe(names) {
      const path = `${directory}/${SUBSCRIPTIONS}`;
      await attempt("write", path, () => writeSubscriptions(path, names));
    },
  };
}

function pathOf(directory: string, name: string): string {
  const path = folderPath(name);
  if (path !== undefined) return `${directory}/${path}`;
  throw new UsageError(`invalid folder name ${JSON.stringify(name)}: too long for a maildir`, {
    code: "invalid-folder-name",
  });
}

function maildirOf(folder: Folder): MaildirFolder {
  if (folder instanceof MaildirFolder) return folder;
  throw new TypeError("the folder is of another store");
}

async function attempt<T>(doing: string, what: string, action: () => Promise<T> | T): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw fromSystem(error, { doing, what });
  }
}

/** Marks a folder as one of Maildir++: delivery agents look for the maildir above it. */
function markFolder(path: string): void {
  try {
    createOwnFile(`${path}/maildirfolder`, { mode: 0o600 }).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}

function readSubscriptions(directory: string): readonly string[] {
  try {
    const text = readOwnFile(`${directory}/${SUBSCRIPTIONS}`, MAX_SUBSCRIPTIONS);
    return text?.split("\n").filter((line) => line !== "") ?? ["INBOX"];
  } catch {
    return ["INBOX"];
  }
}

function writeSubscriptions(path: string, names: ReadonlySet<string>): void {
  const temporary = `${path}.new`;
  try {
    Deno.removeSync(temporary);
  } catch {
    // It was not left behind.
  }
  using file = createOwnFile(temporary, { mode: 0o600 });
  writeAllSync(file, new TextEncoder().encode([...names].map((name) => `${name}\n`).join("")));
  file.syncSync();
  renameFile(temporary, path);
}
