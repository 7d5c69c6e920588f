/** Names of a network at the brokers. None contains text of a client. */
export interface NetworkSubjects {
  /** Name of the stream. */
  readonly stream: string;
  /** Subjects of the stream. */
  readonly all: string;
  /** Name of the bucket of accounts. */
  readonly accounts: string;
  /** Subject of the signs of life, which are not stored. */
  readonly alive: string;
  /** Returns the subject of the events of a server. */
  log(server: string): string;
}

/** Returns whether a name can be that of a network: it is a part of subjects, and names a stream. */
export function isNetworkName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/.test(name);
}

/** Returns the names of a network. */
export function subjectsOf(network: string): NetworkSubjects {
  const prefix = `toucan.${network}`;
  return {
    stream: `toucan-${network}`,
    accounts: `toucan-${network}-accounts`,
    all: `${prefix}.log.*`,
    alive: `${prefix}.alive`,
    log: (server) => `${prefix}.log.${server}`,
  };
}
