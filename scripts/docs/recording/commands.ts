import type { Session, Step } from "../transcripts/parse.ts";

/** The commands of the recording, in order; the server runs in a terminal that is not shown. */
const COMMANDS: readonly string[] = [
  "toucan resolve --type A,MX example.com",
  "toucan tcp check example.com:80,443,8080",
  "toucan get --save https://example.com/archive.tar.gz",
  "toucan udp send --wait 1s --data 'two cans and a string' example.com:7",
  "toucan mail send -S localhost:1025 --tls none -f ann@example.com --to ben@example.com --text hi",
];

/** Commands and outputs of the recording. */
export interface Recorded {
  readonly command: string;
  /** Lines with escape sequences. */
  readonly output: readonly string[];
}

/** Returns the session that the recording is made of: each command in a terminal, with its colours. */
export function recordingSession(): Session {
  const step = (command: string, server: boolean): Step => ({ command, output: [], server, awaits: "", at: [0, 0] });
  const shown = COMMANDS.map((command) => {
    const terminal = `stty cols 100 rows 40; ${command}`.replaceAll("'", "'\\''");
    return step(`env -u NO_COLOR TERM=xterm-256color script -qec '${terminal}' /dev/null`, false);
  });
  return { title: "recording", steps: [step("toucan mail sink --smtp-only", true), ...shown] };
}

/** Joins the outputs of the session with its commands. */
export function recorded(outputs: readonly (readonly string[])[]): Recorded[] {
  return COMMANDS.map((command, i) => ({
    command,
    output: outputs[i + 1]?.map((line) => line.replaceAll("\r", "")) ?? [],
  }));
}
