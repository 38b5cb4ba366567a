// Headless: no editor, no admin door, nothing logged but errors, context in memory. `spent` lets the flow say what its
// function used: [seconds on the wall, seconds of the processor] since the pair given.
function spent(before = [0, 0]) {
    const { user, system } = process.cpuUsage();
    return [performance.now() / 1e3 - before[0], (user + system) / 1e6 - before[1]];
}

module.exports = {
    flowFile: "flow.json",
    uiHost: "127.0.0.1",
    uiPort: Number(process.env.PORT),
    httpAdminRoot: false,
    apiMaxLength: "64mb",
    contextStorage: { default: { module: "memory" } },
    functionGlobalContext: { spent },
    logging: { console: { level: "error", metrics: false, audit: false } },
};
