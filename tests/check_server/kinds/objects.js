// Messages are JSON objects, one a line.
const net = require("net");
const server = net.createServer((socket) => {
  const secret = 1 + Math.floor(Math.random() * 100);
  const say = (value) => socket.write(JSON.stringify(value) + "\n");
  say({ type: "hello", min: 1, max: 100 });
  let rest = "";
  socket.on("error", () => {});
  socket.on("data", (data) => {
    rest += data;
    const lines = rest.split("\n");
    rest = lines.pop();
    for (const line of lines) {
      let guess;
      try {
        guess = JSON.parse(line).guess;
      } catch (error) {
        guess = undefined;
      }
      if (!Number.isInteger(guess)) say({ type: "error" });
      else if (guess === secret) {
        say({ type: "result", text: "correct" });
        socket.end();
      } else say({ type: "result", text: guess < secret ? "too low" : "too high" });
    }
  });
});
server.listen(Number(process.argv[2]), "0.0.0.0", () => console.log("port", server.address().port));
