/**
 * Records the terminal of the README, `.github/terminal.svg`, from a run of its commands:
 * `deno run -A scripts/docs/recording.ts`. Requires Linux and root, as the transcripts do.
 * @module
 */
import { ROOT } from "../root.ts";
import { recorded, recordingSession } from "./recording/commands.ts";
import { picture } from "./recording/picture.ts";
import { runSessions } from "./transcripts/run.ts";

const [outputs = []] = await runSessions([recordingSession()], "record");
await Deno.writeTextFile(`${ROOT}.github/terminal.svg`, picture(recorded(outputs)));
