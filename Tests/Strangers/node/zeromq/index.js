// What the README's Node programs use of zeromq.js 6, where that is not installed: Request and Subscriber over ZMTP 3.0
// (https://rfc.zeromq.org/spec/23) with nothing but Node's own sockets. For the tests alone.
import net from "node:net"

const MORE = 1, LONG = 2, COMMAND = 4

/** A queue whose reader waits. */
class Mailbox {
  #values = []
  #readers = []
  put(value) { this.#readers.length ? this.#readers.shift()(value) : this.#values.push(value) }
  take() { return this.#values.length ? Promise.resolve(this.#values.shift()) : new Promise(done => this.#readers.push(done)) }
}

function frame(body, flags) {
  if (body.length < 256) return Buffer.concat([Buffer.from([flags, body.length]), body])
  const head = Buffer.alloc(9)
  head[0] = flags | LONG
  head.writeBigUInt64BE(BigInt(body.length), 1)
  return Buffer.concat([head, body])
}

class Connection {
  constructor(type, address) {
    // The tests name other ports than the programs.
    const ports = new Map((process.env.PORT_MAP ?? "").split(" ").map(pair => pair.split("=")))
    const { hostname, port } = new URL((ports.get(address) ?? address).replace("tcp:", "http:"))
    this.messages = new Mailbox()
    this.socket = net.connect(Number(port), hostname)
    this.ready = new Promise((resolve, reject) => { this.resolve = resolve; this.socket.on("error", reject) })
    const greeting = Buffer.alloc(64)
    greeting.set([0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0])
    greeting.write("NULL", 12)
    this.socket.write(greeting)
    const property = Buffer.concat([Buffer.from([11]), Buffer.from("Socket-Type"), Buffer.from([0, 0, 0, type.length]), Buffer.from(type)])
    this.socket.write(frame(Buffer.concat([Buffer.from([5]), Buffer.from("READY"), property]), COMMAND))
    this.buffer = Buffer.alloc(0)
    this.parts = []
    this.isGreeted = false
    this.socket.on("data", data => { this.buffer = Buffer.concat([this.buffer, data]); this.#read() })
  }

  #read() {
    if (!this.isGreeted) {
      if (this.buffer.length < 64) return
      this.buffer = this.buffer.subarray(64)
      this.isGreeted = true
    }
    while (this.buffer.length >= 2) {
      const flags = this.buffer[0]
      const head = flags & LONG ? 9 : 2
      if (this.buffer.length < head) return
      const length = flags & LONG ? Number(this.buffer.readBigUInt64BE(1)) : this.buffer[1]
      if (this.buffer.length < head + length) return
      const body = Buffer.from(this.buffer.subarray(head, head + length))
      this.buffer = this.buffer.subarray(head + length)
      if (flags & COMMAND) { this.resolve(); continue }
      this.parts.push(body)
      if (flags & MORE) continue
      this.messages.put(this.parts)
      this.parts = []
    }
  }

  async send(parts) {
    await this.ready
    parts.forEach((part, index) => this.socket.write(frame(Buffer.from(part), index < parts.length - 1 ? MORE : 0)))
  }
}

export class Request {
  connect(address) { this.connection = new Connection("REQ", address) }
  send(message) {
    this.connection.socket.ref()
    return this.connection.send(["", ...(Array.isArray(message) ? message : [message])])
  }
  async receive() {
    const [, ...parts] = await this.connection.messages.take()
    // zeromq.js does not keep a process alive that waits for nothing.
    this.connection.socket.unref()
    return parts
  }
}

export class Subscriber {
  connect(address) { this.connection = new Connection("SUB", address) }
  subscribe(...topics) { for (const topic of topics) this.connection.send([Buffer.concat([Buffer.from([1]), Buffer.from(topic)])]) }
  async *[Symbol.asyncIterator]() { while (true) yield await this.connection.messages.take() }
}
