/** The `goalwright` program: works on a goal in this terminal, or looks after the runs of a folder. */
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
  else if (options.verb === 'policy') {
    const { policy } = await import('./policy.ts');
    process.exitCode = await policy(options.question);
  } else if (options.verb === 'run' || options.verb === 'resume' || options.verb === 'fork') {
    const { workOn } = await import('./work.ts');
    process.exitCode = await workOn(options);
  } else {
    const { careFor } = await import('./runs.ts');
    process.exitCode = await careFor(options);
  }
} catch (error) {
  process.stderr.write(`goalwright: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
  process.exitCode = 2;
}
