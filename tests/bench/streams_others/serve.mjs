// The same streams from Fastify, as one writes them there: one process per worker, each hears of messages from
// PostgreSQL (LISTEN bench) and writes them to all that it serves: node serve.mjs PORT WORKERS. Prints "ready
// PID" when all do.
import cluster from "node:cluster";
import Fastify from "fastify";
import pg from "pg";

const [port, workers] = process.argv.slice(2).map(Number);

if (cluster.isPrimary) {
  let listening = 0;
  cluster.on("listening", () => {
    if (++listening === workers) console.log(`ready ${process.pid}`);
  });
  for (let i = 0; i < workers; ++i) cluster.fork();
} else {
  const streams = new Set();
  const database = new pg.Client();
  await database.connect();
  await database.query("listen bench");
  let position = 0;
  database.on("notification", ({ payload }) => {
    const frame = `id: ${++position}\nevent: com.kidevent.event.updated.v1\ndata: ${payload}\n\n`;
    for (const each of streams) each.write(frame);
  });

  const app = Fastify();
  app.get("/api/v1/stream", (request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    reply.raw.write("retry: 3000\n\nid: 0\n\n");
    streams.add(reply.raw);
    request.raw.on("close", () => streams.delete(reply.raw));
  });
  setInterval(() => {
    for (const each of streams) each.write(":\n\n");
  }, 15000);
  await app.listen({ port, host: "127.0.0.1", backlog: 4096 });
}
