const net = require("net");
net.createServer(client => {
  const secret = 1 + Math.floor(Math.random() * 100);
  client.write("Guess 1 to 100\n");
  client.on("error", () => {});
  client.on("data", data => {
    const guess = parseInt(data);
    if (guess < secret) client.write("Too low\n");
    else if (guess > secret) client.write("Too high\n");
    else client.end("Correct!\n");
  });
}).listen(50000);
