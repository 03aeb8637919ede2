/** `goalwright run`: one goal, worked on in this terminal. Wires the Node adapters to the engine and prints what happens. */
import { readOptions, USAGE } from './options.ts';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `goalwright needs Node.js 22.19 or newer; this is ${process.version}. Install a current Node.js and try again.\n`,
  );
  process.exit(2);
}

try {
  const options = readOptions(
    process.argv.slice(2),
    process.env,
    process.stdin.isTTY === true && process.stdout.isTTY === true,
  );
  if (options === 'help') process.stdout.write(`${USAGE}\n`);
  else {
    const { runGoal } = await import('./run-goal.ts');
    process.exitCode = await runGoal(options);
  }
} catch (error) {
  process.stderr.write(`goalwright: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
  process.exitCode = 2;
}
