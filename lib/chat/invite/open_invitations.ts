import { SystemError, UsageError } from "../../core/mod.ts";
import { FileHistory } from "../history/file_history.ts";
import {
  invitationIdOf,
  Invitations,
  type InvitationTerms,
  MAX_INVITATIONS,
  type ValidInvitation,
} from "./invitations.ts";

/** Invitations in a history file. Each change is on disk when its call returns. */
export interface ChatInvitations extends Disposable {
  /**
   * Creates an invitation; its token is the password of the server.
   *
   * Throws {@link UsageError} `too-many-invitations` when 1000 are valid, or the errors of the file.
   */
  create(terms: InvitationTerms): ValidInvitation & { readonly token: string };
  /** Returns the invitations that are valid, the first to expire first. */
  list(): readonly ValidInvitation[];
  /** Revokes an invitation by its id; returns false when none is valid. Clients that it has admitted stay. */
  revoke(id: string): boolean;
}

/**
 * Opens the invitations in the history file of a chat server, also while the server uses it. A missing file is created.
 *
 * Permissions: `--allow-read` and `--allow-write` of the file, and of its name with `-wal`, `-shm` and `-journal` appended.
 *
 * @param path Path of the history file.
 * @returns The invitations; dispose of them to close the file.
 * @throws {SystemError} `history-unusable` when the file is not a chat history, or cannot be opened.
 * @example Create an invitation for an hour, and revoke it
 * ```ts
 * import { openChatInvitations } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * using invitations = openChatInvitations(":memory:");
 * const { id } = invitations.create({ expires: Date.now() + 3_600_000 });
 * assertEquals(invitations.list().map((one) => one.id), [id]);
 * assertEquals(invitations.revoke(id), true);
 * ```
 */
export function openChatInvitations(path: string): ChatInvitations {
  const history = new FileHistory(path);
  if (history.ofNetwork) {
    history[Symbol.dispose]();
    throw new SystemError(`cannot use the history file ${path}: it belongs to a network of servers`, {
      code: "history-unusable",
      operation: "history",
      reason: "history",
    });
  }
  const invitations = new Invitations(history.records);
  return {
    create({ expires, once = false }) {
      const token = invitations.create({ expires, once }, Date.now());
      if (token === undefined) {
        throw new UsageError(`there are too many invitations (limit: ${MAX_INVITATIONS})`, {
          code: "too-many-invitations",
        });
      }
      history.commit();
      return { id: invitationIdOf(token), expires, once, token };
    },
    list: () => invitations.list(Date.now()),
    revoke(id) {
      const revoked = invitations.revoke(id, Date.now());
      history.commit();
      return revoked;
    },
    [Symbol.dispose]: () => history[Symbol.dispose](),
  };
}
