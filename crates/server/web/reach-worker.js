// Tries to reach other machines of this network, for the room test. This script alone may ask other
// machines than the server, and only at the test's port, where nobody should listen: a machine that is
// reached refuses at once, and one that is not says nothing. To a browser both are errors; the time
// tells them apart.
const PORT = 50099;
const PATIENCE = 4000;
/** A refusal comes at once, or on Windows after two more attempts, two seconds later. An error after that
    is the system's own: nobody has that address, or nothing of it comes here. */
const REFUSES_WITHIN = 2700;

async function reach(host) {
  const begun = performance.now();
  const aborter = new AbortController();
  const timer = setTimeout(() => aborter.abort(), PATIENCE);
  try {
    await fetch(`http://${host}:${PORT}/`, { mode: "no-cors", cache: "no-store", signal: aborter.signal });
    return "intercepted";
  } catch {
    return aborter.signal.aborted || performance.now() - begun > REFUSES_WITHIN ? "silent" : "refused";
  } finally {
    clearTimeout(timer);
  }
}

onmessage = async ({ data }) => postMessage(await Promise.all(data.map(reach)));
