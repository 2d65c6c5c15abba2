// The same conversation by HTTP requests, where WebSockets are blocked. It looks like a WebSocket.

export class Poll {
}
