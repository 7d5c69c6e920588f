import { type ExitCode, Screen, style } from "../../lib/cli/mod.ts";
import type { Output } from "../../lib/cli/mod.ts";
import { type ChatEvent, type ChatMember, nickNumber, PlainDesk } from "../../lib/chat/internal.ts";
import type { JoinNetwork } from "./join_network.ts";
import { networkName } from "./join_targets.ts";

/**
 * Joins networks on a terminal, with lines that scroll above an input line. If no network could be joined at all, the
 * error of the first is thrown.
 */
export async function runPlainScreen(
  networks: readonly JoinNetwork[],
  start: (network: JoinNetwork, onEvent: (event: ChatEvent) => void) => ChatMember,
  output: Output,
): Promise<ExitCode> {
  const { one, dim, bad } = style(output.colour);
  const paint = { nick: (text: string, nick: string) => one(text, nickNumber(nick)), dim, bad };
  let code: ExitCode = 0;
  let registered = false;
  const desk = new PlainDesk((text) => screen.print(text), paint, networks.length > 1);
  const members = networks.map((network) => {
    const name = networkName(network.address, (taken) => desk.has(taken));
    const member = start(network, (event) => {
      registered ||= event.event === "connected";
      desk.show(name, event);
    });
    desk.add(name, member, network.channels[0]?.split(" ")[0]);
    return { name, member };
  });
  using screen: Screen = new Screen({
    prompt: "> ",
    complete: (word, line) => desk.complete(word, line),
    entered: (line) => void desk.entered(line),
    closed: (interrupted) => {
      // In raw mode Ctrl-C sends no signal.
      if (interrupted) code = 130;
      void desk.leave();
    },
  });
  const ended = await Promise.allSettled(members.map(({ name, member }) =>
    member.finished.catch((error) => {
      if (members.length > 1) desk.ended(name, error);
      throw error;
    })
  ));
  const failed = ended.find((result) => result.status === "rejected");
  if (failed && (members.length === 1 || !registered)) throw failed.reason;
  return code;
}
