import { readCount, readTimestamp } from "../../../codec/values.ts";
import { parseTags } from "../../../codec/tags.ts";
import type { HistorySearch } from "../../../history/history.ts";
import { printable } from "../../text.ts";
import { COMMAND_LIMITS } from "../command_limits.ts";
import type { ChatCommands } from "../command.ts";
import { sendEntries } from "./history_batch.ts";
import { placeOf, placesOf } from "./history_place.ts";

/** Messages that a search returns when it does not ask for a number. */
const DEFAULT_LIMIT = 50;
const ATTRIBUTES = ["in", "from", "after", "before", "text", "limit"];

/** Searching the history (soju.im/search): in one channel or conversation, or in all that the client may read. */
export const SEARCH: ChatCommands = {
  SEARCH: {
    needs: 1,
    cost: 5,
    run(state, session, { params: [attributes = ""] }) {
      if (!session.has("soju.im/search")) return session.reply("ERR_UNKNOWNCOMMAND", "SEARCH", "Unknown command");
      const given = parseTags(attributes);
      const refuse = (name: string) => session.fail("SEARCH", "INVALID_PARAMS", printable(name), "Invalid parameters");
      const unknown = [...given.keys()].find((name) => !ATTRIBUTES.includes(name));
      if (unknown !== undefined || given.size === 0) return refuse(unknown ?? attributes);
      const [inside, text, from] = [given.get("in"), given.get("text"), given.get("from")];
      const [after, before] = [timeOf(given.get("after")), timeOf(given.get("before"))];
      const limit = readCount(given.get("limit") ?? `${DEFAULT_LIMIT}`);
      if (Number.isNaN(after)) return refuse("after");
      if (Number.isNaN(before)) return refuse("before");
      if (!limit) return refuse("limit");
      const place = inside === undefined ? undefined : placeOf(state, session, inside);
      if (inside !== undefined && !place) return refuse("in");
      try {
        const places = place ? [place] : placesOf(state, session);
        const search: HistorySearch = {
          ...{ text, from, after, before },
          places: new Map(places.map(({ key, only }) => [key, only])),
          limit: Math.min(limit, COMMAND_LIMITS.history),
        };
        sendEntries(state, session, ["soju.im/search"], state.history.search(search));
      } catch {
        session.fail("SEARCH", "INTERNAL_ERROR", "The search could not be run");
      }
    },
  },
};

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : readTimestamp(text) ?? NaN;
}
