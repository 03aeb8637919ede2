/** Time this process has used of the processor, in milliseconds: what else the machine is busy with does not count. */
export function cpuNow() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
