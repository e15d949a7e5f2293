// Does nothing, all the time, for as long as whoever started it is there: see `keep-awake`.
const parent = process.ppid
const TURNS = 50_000_000

for (;;) {
  for (let turn = 0; turn < TURNS; turn++);
  if (process.ppid !== parent) process.exit()
}
