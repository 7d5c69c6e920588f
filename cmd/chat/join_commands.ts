import { inputTexts } from "../../lib/cli/mod.ts";
import { type ChatMember, readClientCommand, runClientCommand } from "../../lib/chat/internal.ts";
import { ToucanError, UsageError } from "../../lib/core/mod.ts";

/** Limit of commands that wait for the server. */
const MAX_PENDING = 200;

/**
 * Runs the JSON commands on stdin, in order for each network; resolves at the end of stdin, when the server has answered
 * them. `failed` is called for each line that cannot be run, with its number.
 */
export async function runCommands(
  members: ReadonlyMap<string, ChatMember>,
  failed: (line: number, error: ToucanError) => void,
): Promise<void> {
  const pending = new Set<Promise<void>>();
  let number = 0;
  for await (const text of inputTexts()) {
    const line = ++number;
    const one = run(members, text).catch((error: unknown) => {
      if (!(error instanceof ToucanError)) throw error;
      failed(line, error);
    }).finally(() => pending.delete(one));
    pending.add(one);
    if (pending.size > MAX_PENDING) await Promise.race(pending);
  }
  await Promise.all(pending);
}

async function run(members: ReadonlyMap<string, ChatMember>, text: string): Promise<void> {
  const command = readClientCommand(text);
  const names = [...members.keys()];
  const name = command.network ?? (names.length === 1 ? names[0] : undefined);
  const member = members.get(name ?? "");
  if (!member) {
    const why = name === undefined ? "network is missing" : "unknown network";
    throw new UsageError(`invalid command: ${why}; must be one of ${names.join(", ")}`, { code: "invalid-command" });
  }
  await runClientCommand(member, command);
}
