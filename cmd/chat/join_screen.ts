import { FullScreen } from "../../lib/cli/mod.ts";
import { ChatDesk, type ChatEvent, type ChatMember } from "../../lib/chat/internal.ts";

/** Networks of a {@link runFullScreen}. */
export interface ScreenNetworks {
  /** Starts the first ones. */
  readonly start: (add: AddNetwork) => void;
  /** Joins a further one, given by words as on the command line. */
  readonly connect: (words: readonly string[], add: AddNetwork, taken: (name: string) => boolean) => Promise<void>;
}

/** Adds a network; `member` creates its client, whose events go to the function. */
export type AddNetwork = (name: string, member: (take: (event: ChatEvent) => void) => ChatMember) => void;

/**
 * Shows the chat on the whole terminal until the user leaves; returns whether that was by ^C. If no network could be
 * joined at all, the error of the first is thrown.
 */
export async function runFullScreen(
  networks: ScreenNetworks,
  options: { readonly colours: boolean; readonly bell: boolean; readonly signal: AbortSignal },
): Promise<boolean> {
  const members = new Map<string, ChatMember>();
  const { promise: done, resolve, reject } = Promise.withResolvers<boolean>();
  let leaving = false;
  let registered = false;
  const quit = (reason: string, interrupted: boolean) => {
    if (leaving) return;
    leaving = true;
    void Promise.all([...members.values()].map((member) => member.leave(reason))).then(() => resolve(interrupted));
  };
  const add: AddNetwork = (name, create) => {
    const member = create((event) => {
      if (event.event === "connected") registered = true;
      desk.take(name, event);
    });
    members.set(name, member);
    desk.add(name, member);
    const ended = (error?: Error) => {
      members.delete(name);
      desk.ended(name, error);
      if (error && !registered && members.size === 0) reject(error);
    };
    member.finished.then(() => ended(), ended);
  };
  const desk: ChatDesk = new ChatDesk({
    ...options,
    terminal: { size: () => screen.size(), write: (text) => screen.write(text), suspend: () => screen.suspend() },
    connect: (words) => networks.connect(words, add, (name) => members.has(name)),
    quit,
  });
  using screen: FullScreen = new FullScreen({
    input: (bytes) => desk.input(bytes),
    redraw: () => desk.redraw(),
    closed: () => quit("", false),
  });
  options.signal.addEventListener("abort", () => quit("", false), { once: true });
  try {
    networks.start(add);
    return await done;
  } finally {
    desk.close();
  }
}
