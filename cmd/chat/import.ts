import {
  ANYWHERE,
  errorRecord,
  type ExitCode,
  exitCodeOf,
  exitCodeOfAll,
  flag,
  kind,
  option,
  verb,
} from "../../lib/cli/mod.ts";
import { pathsOfHistory } from "../../lib/chat/internal.ts";
import { ToucanError, UsageError } from "../../lib/core/mod.ts";
import { IMPORT_LAYOUT } from "./layout.ts";
import { IMPORT_RECORDS } from "./records.ts";

/** `chat import`. */
export const importLogs = verb({
  summary: "add logs of irssi or WeeChat to the history of a chat",
  description: "Adds the log of a channel to a file of chat serve --history, in the order of time; a line that was " +
    "imported before is not added again. The format is detected; times are in the time zone of this machine. A server " +
    "may use the file meanwhile. It keeps 10,000 messages per channel: use chat serve --history-lines for more.",
  operands: [
    { metavar: "FILE", help: "the history file; created if it is missing", kind: kind.file },
    { metavar: "LOG", help: "the logs", kind: kind.file, many: true },
  ],
  options: {
    "channel": option(kind.text("CHANNEL", "a channel"), "the channel of the logs (required)"),
    "json": flag("one JSON record for each log"),
  },
  records: IMPORT_RECORDS,
  examples: [
    { line: "chat import --channel '#lobby' chat.db lobby.log", does: "add the log of a channel" },
  ],
  layout: IMPORT_LAYOUT,
  exits: [1, 5, 6],
  permissions: { read: ANYWHERE, write: ANYWHERE, env: ["TOUCAN_*"] },
  needs: ({ operands: [file = "", ...logs] }) => ({
    read: [...pathsOfHistory(file), ...logs],
    write: pathsOfHistory(file),
  }),
  async run({ options: { channel, json }, operands: [file = "", ...logs], output }) {
    const { HistoryArchive, importLog, isChannel } = await import("../../lib/chat/internal.ts");
    if (channel === undefined) throw new UsageError("missing channel", { hint: "use --channel '#lobby'" });
    if (!isChannel(channel)) throw new UsageError(`invalid channel "${channel}": must begin with #`);
    using archive = new HistoryArchive(file, { mayBeNew: true });
    const codes: ExitCode[] = [];
    for (const log of logs) {
      try {
        const { format, added, known, unread } = await importLog(archive, channel, log);
        codes.push(0);
        if (json) output.record({ log, format, added, known, unread });
        else output.line(`${log}: ${added} lines added, ${known} known, ${unread} unread (${format})`);
      } catch (error) {
        if (!(error instanceof ToucanError) || logs.length === 1) throw error;
        codes.push(exitCodeOf(error));
        if (json) output.record({ log, error: errorRecord(error) });
        else output.note(`toucan chat: ${error.message}`);
      }
    }
    return exitCodeOfAll(codes);
  },
});
