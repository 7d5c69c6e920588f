import { parseModeration } from "../server/moderation/audit_log.ts";
import type { SharedFact } from "../server/shared_fact.ts";
import type { ChatState } from "../server/state.ts";

/** Age beyond which failures and registrations do not count: a server that starts reads older ones in the log. */
const MAX_AGE_MS = 10 * 60_000;

/** Applies a fact; `own` is whether this server has written it. */
export function applyFact(state: ChatState, fact: SharedFact, own: boolean): void {
  switch (fact.kind) {
    case "moderation": {
      const moderation = parseModeration(fact.text);
      if (!moderation) return;
      const logged = { ...moderation, time: state.now() };
      state.audit.add(logged);
      return state.onModerated?.(logged);
    }
    case "invitation":
      return void state.invitations.add(fact, state.now());
    case "invitation-revoked":
      return void state.invitations.revoke(fact.id, state.now());
    case "login-failed":
    case "registered":
      // Its own server has counted it at once. What is counted has no effect on other clients, and need not be the same.
      if (own || Date.now() - state.now() > MAX_AGE_MS) return;
      if (fact.kind === "login-failed") state.guard.count(fact.address, fact.account);
      // A server that starts reads those of several minutes at once: they do not add up to a long wait.
      else if (state.registrations.wait(fact.address) === 0) state.registrations.failed(fact.address);
  }
}
