import { errorRecord, type ExitCode, inputTexts, type Output, OutputGuard } from "../../lib/cli/mod.ts";
import { type ChatEvent, type ChatMember, describeEvent, sayLines } from "../../lib/chat/internal.ts";
import type { ToucanError } from "../../lib/core/mod.ts";
import { runCommands } from "./join_commands.ts";
import type { JoinNetwork } from "./join_network.ts";
import { networkName } from "./join_targets.ts";
import type { JOIN_RECORDS } from "./records.ts";

/** Call of {@link runPipe}. */
export interface PipeCall {
  /** Options: whether to write records, to read commands, and to go on when stdin ends. */
  readonly options: { readonly json: boolean; readonly commands: boolean; readonly stay: boolean };
  /** Output of the events. */
  readonly output: Output<typeof JOIN_RECORDS>;
  /** Fires when the process is asked to stop. */
  readonly signal: AbortSignal;
}

/** Joins networks without a terminal: sends the lines of stdin to the first channel, and writes each event as one line. */
export async function runPipe(
  networks: readonly JoinNetwork[],
  start: (network: JoinNetwork, onEvent: (event: ChatEvent) => void) => ChatMember,
  { options, output, signal }: PipeCall,
): Promise<ExitCode> {
  const members = new Map<string, ChatMember>();
  const leave = async () => void await Promise.all([...members.values()].map((member) => member.leave()));
  const guard = new OutputGuard(() => void leave());
  const several = networks.length > 1;
  let problems = 0;
  const show = (network: string, event: ChatEvent) => {
    if (event.event === "server" && event.problem) problems++;
    // The channel is lost: nothing more can be sent or received.
    if (event.event === "server" && event.code === "UNJOINED" && !several) void leave();
    if (options.json) {
      return output.record({ ...("error" in event ? { ...event, error: errorRecord(event.error) } : event), network });
    }
    const text = describeEvent(event, { several: true });
    if (text === undefined) return;
    const line = several ? `${network} ${text}` : text;
    if (["connected", "disconnected", "server"].includes(event.event)) output.note(line);
    else output.line(line);
  };
  for (const network of networks) {
    const name = networkName(network.address, (taken) => members.has(taken));
    members.set(name, start(network, (event) => guard.do(() => show(name, event))));
  }
  const finished = Promise.all([...members.values()].map((member) => member.finished));
  const [first] = members.values();
  const place = networks[0]?.channels[0]?.split(" ")[0] ?? "";
  const rejected = (line: number, error: ToucanError) =>
    guard.do(() => {
      problems++;
      if (options.json) output.record({ event: "rejected", line, error: errorRecord(error) });
      else output.note(`line ${line}: ${error.message}`);
    });
  const said = (options.commands || !first ? runCommands(members, rejected) : sayLines(first, place, inputTexts()))
    .then(
      () => options.stay ? finished : leave(),
      // The client sends QUIT first.
      (error) => signal.aborted ? finished : Promise.reject(error),
    );
  try {
    await Promise.race([finished, said]);
  } finally {
    await leave();
  }
  guard.check();
  return problems > 0 ? 1 : 0;
}
