/** Reads a file of somebody else's making that should be small and regular: no device, no pipe, no end of memory. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** Not blocking: nobody waits for the other end of a pipe. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** `undefined`: there is none, it cannot be read, or it is no such file. `noFollow`: a link is no such file either. */
export async function readSmall(file: string, most: number, noFollow = false): Promise<Buffer | undefined> {
  const handle = await open(file, READ | (noFollow ? (constants.O_NOFOLLOW ?? 0) : 0)).catch(() => undefined);
  try {
    const stats = await handle?.stat();
    return stats?.isFile() && stats.size <= most ? await handle?.readFile() : undefined;
  } catch {
    return undefined;
  } finally {
    await handle?.close();
  }
}
