// What the page asks of the service. Every error that is raised has a message for people.

const SILENT = "The service does not answer. Is it still running?";
const BEHIND = 4_000_000; // bytes that wait to be sent: then the service, or the way there, is too slow

export class TokenWanted extends Error {}

export class Service {
  get token() { return sessionStorage.getItem("token"); }
  set token(token) { sessionStorage.setItem("token", token); }

  async models() { return this.#ask("models", {}); }

  // The document of `specnet detect`, with the spectrogram. `wishes`: model, threshold or false_alarms_per_hour.
  async detect(file, wishes, signal) {
    const query = new URLSearchParams({ file: file.name, spectrogram: "true", ...wishes });
    const found = await this.#ask(`detect?${query}`, { method: "POST", body: file, signal });
    found.spectrogram.bytes = Uint8Array.from(atob(found.spectrogram.columns), (letter) => letter.charCodeAt(0));
    return found;
  }

  // A WebSocket that is ready for samples; `told` hears of every message, and `ended` why there will be no more.
  stream(rate, wishes, told, ended) {
    const address = new URL("stream", document.baseURI);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    socket.binaryType = "arraybuffer";
    let reason = SILENT;
    socket.onopen = () => socket.send(JSON.stringify({ rate, format: "s16le", spectrogram: true, token: this.token, ...wishes }));
    socket.onmessage = ({ data }) => {
      const message = data instanceof ArrayBuffer ? { type: "columns", bytes: new Uint8Array(data) } : JSON.parse(data);
      if (message.type === "error") reason = message.message;
      else if (message.type === "end") reason = null;
      else told(message);
    };
    socket.onclose = () => ended(reason);
    return {
      push(samples) {
        if (socket.readyState !== WebSocket.OPEN) return;
        if (socket.bufferedAmount > BEHIND) {
          reason = "The service is too slow for this sound, or the network is.";
          socket.close();
          return;
        }
        socket.send(samples);
      },
      finish() { if (socket.readyState === WebSocket.OPEN) socket.send('{"type": "end"}'); else socket.close(); },
    };
  }

  async #ask(call, options) {
    const headers = this.token ? { Authorization: `Bearer ${this.token}` } : {};
    let response;
    try {
      response = await fetch(call, { ...options, headers });
    } catch (problem) {
      if (problem.name === "AbortError") throw problem;
      throw new Error(SILENT);
    }
    if (response.status === 401) throw new TokenWanted(this.token ? "That is not the token of this service." : "");
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(answer.error ?? `The service answers ${response.status} ${response.statusText}.`);
    return answer;
  }
}
