import { type ExitCode, Screen, style } from "../../lib/cli/mod.ts";
import type { Output } from "../../lib/cli/mod.ts";
import { type ChatEvent, type ChatMember, ChatTerminal, nickNumber } from "../../lib/chat/internal.ts";
import { UsageError } from "../../lib/core/mod.ts";
import type { JoinNetwork } from "./join_network.ts";

/** Joins a network on a terminal, with lines that scroll above an input line. */
export async function runPlainScreen(
  networks: readonly JoinNetwork[],
  start: (network: JoinNetwork, onEvent: (event: ChatEvent) => void) => ChatMember,
  output: Output,
): Promise<ExitCode> {
  const [network, second] = networks;
  if (!network || second) throw new UsageError("several networks require the full screen");
  const { one, dim, bad } = style(output.colour);
  const paint = { nick: (text: string, nick: string) => one(text, nickNumber(nick)), dim, bad };
  let code: ExitCode = 0;
  const member: ChatMember = start(network, (event) => desk.show(event));
  const desk = new ChatTerminal(member, network.channels[0]?.split(" ")[0], (text) => screen.print(text), paint);
  using screen: Screen = new Screen({
    prompt: "> ",
    complete: (word, line) => desk.complete(word, line),
    entered: (line) => void desk.entered(line),
    closed: (interrupted) => {
      // In raw mode Ctrl-C sends no signal.
      if (interrupted) code = 130;
      void member.leave();
    },
  });
  await member.finished;
  return code;
}
