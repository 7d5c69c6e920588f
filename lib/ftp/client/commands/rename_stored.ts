import { parseSize } from "../../codec/size.ts";
import { formatTimeValue } from "../../codec/time_value.ts";
import { refusal } from "../refusal.ts";
import type { FtpSession } from "../session.ts";
import { timeVerb } from "./modified_time.ts";

/** Options of {@link FtpClient.renameStored}. */
export interface RenameStoredOptions {
  /** Called with the size of the file (`SIZE`), if the server tells it: what it throws prevents the rename. */
  readonly check: (size: number | undefined) => void;
  /**
   * Time of the last change to set, in milliseconds since 1970, where the server can do that.
   * @default {undefined}
   */
  readonly modified?: number;
}

/** Looks up the size of a file, sets its time and renames it, in two writes. */
export async function renameStored(
  { channel, clock, features, pipelining }: FtpSession,
  [from, to]: readonly [from: string, to: string],
  operation: string,
  { check, modified }: RenameStoredOptions,
): Promise<void> {
  const { peer } = channel.connection;
  const verb = modified === undefined ? undefined : timeVerb(features);
  const time = formatTimeValue(Math.floor((modified ?? 0) / 1000) * 1000);
  clock.enter("SIZE");
  const replies = await channel.exchange([
    { verb: "SIZE", argument: from },
    // A file with another time is still the same file.
    ...(verb === undefined ? [] : [{ verb, argument: `${time} ${from}` }]),
    { verb: "RNFR", argument: from },
  ], pipelining);
  const [size, begun] = [replies[0], replies.at(-1)];
  check(size?.code === 213 ? parseSize(size.lines[0]?.trim() ?? "") : undefined);
  if (begun?.code !== 350) throw refusal(peer, operation, begun ?? { code: 0, lines: [] }, { missing: true });
  const renamed = await channel.ask("RNTO", to);
  if (renamed.code >= 300) throw refusal(peer, operation, renamed);
}
