// Why does a replica end with the test that started it? Loaded before the gateway; when the other end of the pipe is gone, however it went, so is this process.
process.once('disconnect', () => { process.kill(process.pid, 'SIGKILL') })
// To listen is no reason to go on living, or a polite end would never come.
process.channel?.unref()
