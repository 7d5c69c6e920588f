import { forgetMarks } from "../unread/marks.ts";
import { forgetDrafts } from "./drafts.ts";
import { keepValue } from "./storage.ts";

/** Forgets what was kept, but the nick: the next user of the browser does not see it. */
export function forgetKept(): void {
  forgetDrafts();
  forgetMarks();
  keepValue("chat-channels", undefined);
}
