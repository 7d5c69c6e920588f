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
  /** Name of the stream of the snapshots. */
  readonly snapshots: string;
  /** Subjects of that stream. */
  readonly allSnapshots: string;
  /** Subjects of the manifests of snapshots. */
  readonly manifests: string;
  /** Returns the subject of a manifest. */
  manifest(sequence: number): string;
  /** Returns the subject of a part of a snapshot; without its number, those of all parts. */
  part(sequence: number, writer?: string, index?: number): string;
}

/** Returns whether a name can be that of a network: it is a part of subjects, and names a stream. */
export function isNetworkName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/.test(name);
}

/** Returns the sequence of a manifest with a subject; undefined for another subject. */
export function sequenceOf(subject: string): number | undefined {
  const last = subject.slice(subject.lastIndexOf(".") + 1);
  return /^[1-9][0-9]{0,15}$/.test(last) ? Number(last) : undefined;
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
    snapshots: `toucan-${network}-snapshot`,
    allSnapshots: `${prefix}.snapshot.>`,
    manifests: `${prefix}.snapshot.*`,
    manifest: (sequence) => `${prefix}.snapshot.${sequence}`,
    part: (sequence, writer, index) =>
      `${prefix}.snapshot.${sequence}.${writer === undefined ? ">" : `${writer}.${index}`}`,
  };
}
