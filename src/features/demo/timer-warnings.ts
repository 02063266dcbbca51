/**
 * automerge-repo, as a client, asks for timers in the past, and each time a warning would be printed in the middle of the
 * story. All other warnings are printed as ever.
 */
export function hideTimerWarnings(): Disposable {
  const printing = process.listeners('warning');
  const printOthers = (warning: Error): void => {
    if (warning.name === 'TimeoutNegativeWarning') return;
    for (const print of printing) print(warning);
  };
  for (const print of printing) process.off('warning', print);
  process.on('warning', printOthers);
  return {
    [Symbol.dispose]() {
      process.off('warning', printOthers);
      for (const print of printing) process.on('warning', print);
    },
  };
}
