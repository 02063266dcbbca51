/** Why a service of a person's own cannot have these ports, a sentence with the two ways out; undefined where it can. */
export function describeClosedPorts(ports: readonly number[], firstOpenPort: number): string | undefined {
  const closed = ports.filter((port) => port < firstOpenPort);
  if (closed.length === 0) return undefined;
  const lowest = Math.min(...closed);
  const which = closed.length === 1 ? `port ${lowest}` : `ports ${closed.join(' and ')}`;
  return (
    `Without root the server may not open ${which}: ports below ${firstOpenPort} are for root. ` +
    'Either have it run as a service of the machine (`sudo groundmist service install --system`), or let root open them to everybody: ' +
    `\`echo net.ipv4.ip_unprivileged_port_start=${lowest} | sudo tee /etc/sysctl.d/50-groundmist.conf && sudo sysctl --system\`.`
  );
}
