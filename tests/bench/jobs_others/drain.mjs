// Drains N jobs that do nothing with another queue on PostgreSQL, then measures from enqueueing to start, one
// job at a time: node drain.mjs graphile-worker|pg-boss N SAMPLES CONCURRENCY. The server comes from PGHOST
// and its like. Prints "jobs/s p50 p99". Both are set up for throughput, as their documentation advises.
import pg from "pg";

const [system, ...numbers] = process.argv.slice(2);
const [count, samples, concurrency] = numbers.map(Number);
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const fail = (error) => {
  console.error(error);
  process.exit(1);
};
let started = () => {};
let seen = 0;

async function graphileWorker() {
  const { run, runMigrations, Logger } = await import("graphile-worker");
  const logger = new Logger(() => () => {});
  const pool = new pg.Pool({ max: concurrency + 2 });
  pool.on("error", fail);
  pool.on("connect", (client) => client.on("error", fail));
  await runMigrations({ pgPool: pool, logger });
  const fill = (n) =>
    pool.query(
      `select count(*) from graphile_worker.add_jobs(array(
         select row('noop', '{}'::json, null, null, null, null, null, null)::graphile_worker.job_spec
         from generate_series(1, $1::int)))`,
      [n],
    );
  return {
    fill,
    one: () => pool.query(`select graphile_worker.add_job('noop', '{}'::json)`),
    start: () =>
      run({
        pgPool: pool,
        taskList: { noop: () => started() },
        preset: {
          worker: {
            concurrentJobs: concurrency,
            localQueue: { size: 500 },
            completeJobBatchDelay: 0,
            logger,
          },
        },
        noHandleSignals: true,
      }),
  };
}

async function pgBoss() {
  const { default: PgBoss } = await import("pg-boss");
  const { PGHOST: host, PGDATABASE: database, PGUSER: user } = process.env;
  const boss = new PgBoss({ host, database, user, max: concurrency });
  boss.on("error", fail);
  await boss.start();
  await boss.createQueue("noop");
  return {
    fill: async (n) => {
      for (let left = n; left > 0; left -= 1000)
        await boss.insert(Array.from({ length: Math.min(left, 1000) }, () => ({ name: "noop" })));
    },
    one: () => boss.send("noop"),
    start: async () => {
      for (let i = 0; i < 4; ++i)
        await boss.work("noop", { batchSize: 500, pollingIntervalSeconds: 0.5 }, async (jobs) =>
          jobs.forEach(() => started()),
        );
    },
  };
}

const queue = await (system === "pg-boss" ? pgBoss() : graphileWorker());
await queue.fill(count);
const begun = performance.now();
const drained = new Promise((done) => {
  started = () => {
    if (++seen === count) done();
  };
});
await queue.start();
await drained;
const rate = count / ((performance.now() - begun) / 1000);
await wait(1000);
const delays = [];
for (let i = 0; i < samples; ++i) {
  const at = performance.now();
  const ran = new Promise((done) => (started = done));
  await queue.one();
  await ran;
  delays.push(performance.now() - at);
  await wait(20);
}
delays.sort((a, b) => a - b);
const at = (part) => delays[Math.min(delays.length - 1, Math.floor(part * delays.length))].toFixed(1);
console.log(`${rate.toFixed(0)} ${at(0.5)} ${at(0.99)}`);
process.exit(0);
