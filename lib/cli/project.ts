/** Address of the project: its source, its issue tracker and its releases. `scripts/install.sh` has it, too. */
export const PROJECT = "https://github.com/toucan-tools/toucan";

/** Address of the releases, below which are `latest/download/FILE` and `download/vVERSION/FILE`. */
export const RELEASES: string = `${PROJECT}/releases`;
