import { NetworkError, UsageError } from "../../core/mod.ts";
import { type MailSelection, selectMails } from "./selection.ts";
import type { ListedMail, MailListFilter, MailSource } from "./source.ts";
import type { MailboxState } from "./mailbox_state.ts";

/** Which messages are listed or read. */
export interface MailChoice {
  /**
   * Messages by their numbers.
   *
   * @default {all}
   */
  readonly selections?: readonly MailSelection[];
  /**
   * Conditions for the server.
   *
   * @default {none}
   */
  readonly filter?: MailListFilter;
  /**
   * Messages that were read before: only others are chosen.
   *
   * @default {all messages are}
   */
  readonly unread?: MailboxState;
  /**
   * Maximum number of messages: of the newest ones; with `unread`, of the oldest ones, so that the next run continues.
   *
   * @default {no limit}
   */
  readonly limit?: number;
}

/** Returns the messages of a source that are chosen, and the numbers and ids that no message has. */
export async function chooseMails(
  source: MailSource,
  choice: MailChoice,
): Promise<{ readonly mails: readonly ListedMail[]; readonly missing: readonly (number | string)[] }> {
  const { selections, filter, unread, limit } = choice;
  const ids = (selections ?? []).flatMap((selection) => selection.kind === "id" ? selection.id : []);
  const numbered = selections?.filter(({ kind }) => kind !== "id") ?? [{ kind: "all" }];
  const listed = numbered.length === 0 ? [] : await source.list(source.protocol === "nntp" ? narrowed(choice) : filter);
  if (unread) {
    const nameless = listed.find(({ uid }) => uid === "");
    if (nameless) {
      const what = "cannot tell which messages are new: the server has no lasting ids (UIDL)";
      throw new NetworkError(`${source.name}: ${what}`, { code: "uidl-missing" });
    }
    if (!filter) unread.prune(listed);
  }
  const candidates = unread ? listed.filter((mail) => unread.isNew(mail)) : listed;
  const { mails: some, missing } = selectMails(candidates, numbered);
  const { found, missing: missingIds } = await findAll(source, ids);
  const [mails, none] = [[...some, ...found], [...missing, ...missingIds]];
  if (limit === undefined) return { mails, missing: none };
  return { mails: unread ? mails.slice(0, limit) : mails.slice(-limit), missing: none };
}

async function findAll(source: MailSource, ids: readonly string[]) {
  if (ids.length > 0 && !source.find) throw new UsageError(`${source.protocol} cannot find messages by their ids`);
  const found: ListedMail[] = [];
  const missing: string[] = [];
  for (const id of ids) {
    const mail = await source.find?.(id);
    if (mail) found.push(mail);
    else missing.push(id);
  }
  return { found, missing };
}

/** Returns conditions under which a newsgroup, which may have a million articles, need not be listed as a whole. */
function narrowed({ selections = [{ kind: "all" }], filter = {}, unread, limit }: MailChoice): MailListFilter {
  if (unread) return { ...filter, from: unread.highest + 1 };
  const ranges = selections.filter((selection) => selection.kind === "range");
  const rest = selections.filter(({ kind }) => kind !== "range" && kind !== "id");
  if (rest.length === 0) {
    const [from, to] = [Math.min(...ranges.map(({ from }) => from)), Math.max(...ranges.map(({ to }) => to))];
    return { ...filter, from, to };
  }
  if (ranges.length > 0) return filter;
  if (rest.every(({ kind }) => kind === "last")) return { ...filter, newest: 1 };
  return limit === undefined ? filter : { ...filter, newest: limit };
}
